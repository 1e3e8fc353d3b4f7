/**
 * `node straining-owner.ts`: has an emulated function busy for longer than any test runs, prints the id of its process, and leaves
 * it to others to end this.
 */
import { emulateStraining } from './straining.ts';

const emulated = await emulateStraining();
await emulated.invoke({});
process.stdout.write(`${await emulated.processId()}\n`);
await emulated.invoke({ seconds: 25 });
