import { writeFile } from 'node:fs/promises';
import { runCommand } from '../command.ts';
import { writeReport } from '../document.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { runCold } from './cold.ts';
import { reportOf } from './report.ts';

/* `npm run bench:cold`: where the time of a cold start goes, and where it went. */

await runCommand({
  usage: USAGE,
  parse: parseArguments,
  async run({ json, write, ...options }, tell) {
    const result = await runCold(options, tell);
    const report = reportOf(result);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(result, undefined, 2)}\n`);
    if (write) await writeReport('npm run bench:cold -- --before <dist> --write', report);
    return report;
  },
});
