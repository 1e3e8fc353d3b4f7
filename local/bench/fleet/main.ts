import { writeFile } from 'node:fs/promises';
import { runCommand } from '../command.ts';
import { writeReport } from '../document.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { runFleet } from './fleet.ts';
import { reportOf } from './report.ts';

/* `npm run bench:fleet`: what becomes of many rotations at once, and of many grants. */

const EXIT_LOST = 1;

await runCommand({
  usage: USAGE,
  parse: parseArguments,
  async run({ json, write, ...options }, tell) {
    const result = await runFleet(options, tell);
    const report = reportOf(result);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(result, undefined, 2)}\n`);
    if (write) await writeReport('npm run bench:fleet -- --write', report);
    if (result.waves.some(({ lost, leaked }) => lost.length + leaked > 0)) process.exitCode = EXIT_LOST;
    return report;
  },
});
