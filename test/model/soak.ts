import { parseArguments, type SoakOptions, USAGE } from './soak-arguments.ts';
import { runSoak } from './soak-run.ts';
import { soakTable } from './soak-table.ts';

/* `npm run soak`: the model for as long as one likes, with restarts of the server and with clients. */

const EXIT_BROKEN = 1;
const EXIT_USAGE = 2;

let options: SoakOptions | undefined;
try {
  options = parseArguments(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}.\n\n${USAGE}`);
  process.exitCode = EXIT_USAGE;
}
if (options !== undefined) {
  const write = (text: string) => void process.stdout.write(`${text}\n`);
  write(`Seed ${options.seed}, for ${options.minutes} minutes.`);
  const results = await runSoak(options, write);
  write(soakTable(results));
  if (results.some(({ violations }) => violations > 0)) process.exitCode = EXIT_BROKEN;
}
