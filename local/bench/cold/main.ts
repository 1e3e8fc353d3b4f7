import { runCommand } from '../command.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { runCold } from './cold.ts';
import { reportOf } from './report.ts';

/* `npm run bench:cold`: where the time of a cold start goes, and where it went. */

await runCommand({
  usage: USAGE,
  documentedAs: 'npm run bench:cold -- --before <dist> --write',
  parse: parseArguments,
  run: (options, tell) => runCold(options, tell),
  reportOf,
});
