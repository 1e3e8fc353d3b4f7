import { runCommand } from '../command.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { runFleet } from './fleet.ts';
import { isFailure, reportOf } from './report.ts';

/* `npm run bench:fleet`: what becomes of many rotations at once, and of many grants. */

await runCommand({
  usage: USAGE,
  documentedAs: 'npm run bench:fleet -- --write',
  parse: parseArguments,
  run: (options, tell) => runFleet(options, tell),
  reportOf,
  isFailure,
});
