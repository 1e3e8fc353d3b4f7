import { parseArguments, USAGE } from './arguments.ts';
import { runBench } from './bench.ts';
import { runCommand } from './command.ts';
import { reportOf } from './report.ts';

/* `npm run bench`: what rotations take, beside a floor. */

await runCommand({
  usage: USAGE,
  documentedAs: 'npm run bench -- --write',
  parse: parseArguments,
  run: (options, tell) => runBench(options, tell),
  reportOf,
});
