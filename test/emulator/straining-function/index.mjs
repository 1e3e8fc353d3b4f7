import { setTimeout as sleep } from 'node:timers/promises';

const BYTES_PER_MEGABYTE = 1024 * 1024;
const MS_PER_SECOND = 1_000;

/** A function that takes what its event says: memory at once, memory bit by bit, time. */
export async function handler({ bufferMegabytes = 0, heapMegabytes = 0, seconds = 0 }) {
  Buffer.alloc(bufferMegabytes * BYTES_PER_MEGABYTE, 1);
  // A number in an array takes 8 bytes.
  Array.from({ length: heapMegabytes }, () => Array.from({ length: BYTES_PER_MEGABYTE / 8 }, Math.random));
  await sleep(seconds * MS_PER_SECOND);
}
