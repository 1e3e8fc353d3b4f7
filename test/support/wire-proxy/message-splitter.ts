/**
 * Cuts a stream of bytes into the messages of a protocol.
 * @param lengthOf the length of the message that the bytes begin with, or undefined when they do not tell yet
 */
export function messageSplitter(
  lengthOf: (bytes: Buffer) => number | undefined,
): (bytes: Buffer) => Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  return function* split(bytes) {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const length = lengthOf(rest);
      if (length === undefined || rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      yield message;
    }
  };
}
