import { writeFile } from 'node:fs/promises';
import { parseArguments, USAGE } from './arguments.ts';
import { runBench } from './bench.ts';
import { runCommand } from './command.ts';
import { writeReport } from './document.ts';
import { reportOf } from './report.ts';

/* `npm run bench`: what rotations take, beside a floor. */

await runCommand({
  usage: USAGE,
  parse: parseArguments,
  async run({ json, write, ...options }, tell) {
    const result = await runBench(options, tell);
    const report = reportOf(result);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(result, undefined, 2)}\n`);
    if (write) await writeReport('npm run bench -- --write', report);
    return report;
  },
});
