/*
 * The SDK asks for this where an operation takes or answers a stream of events. Secrets Manager has none. Because it is asked for by
 * import(), what it needs in turn, which is half of the SDK's core, would be bundled whole and not just what is used of it.
 */

export class EventStreamSerde {
  constructor() {
    throw new Error('Streams of events are left out of this bundle.');
  }
}

export const eventStreamSerdeProvider = undefined;
