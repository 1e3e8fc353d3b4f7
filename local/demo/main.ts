import { constants } from 'node:os';
import { parseArguments, USAGE } from './arguments.ts';
import { runDemo } from './demo.ts';
import { openTerminal } from './terminal.ts';

/* `npm run demo`: shows the product's main job on this machine, and fails when something that it promises does not hold. */

const EXIT_BROKEN = 1;
const EXIT_USAGE = 2;
/** What shells add to a signal's number. */
const EXIT_SIGNAL = 128;

const parsed = parseArguments(process.argv.slice(2));
switch (parsed.kind) {
  case 'help':
    process.stdout.write(USAGE);
    break;
  case 'wrong':
    process.stderr.write(`${parsed.problem}.\nSee: npm run demo -- --help\n`);
    process.exitCode = EXIT_USAGE;
    break;
  case 'run': {
    const terminal = openTerminal(process.stdout, process.env);
    // The database server, the functions and the built files go with this process: each has a guard that sees it end.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        terminal.close();
        terminal.line('\n  Interrupted. The servers and all that they wrote are being removed.');
        process.exit(EXIT_SIGNAL + constants.signals[signal]);
      });
    }
    // Nobody reads on, as under `| head`.
    process.stdout.on('error', () => process.exit(EXIT_BROKEN));
    try {
      const allHeld = await runDemo(parsed.options, terminal);
      process.exitCode = allHeld ? 0 : EXIT_BROKEN;
    } catch (error) {
      terminal.close();
      process.stderr.write(`\nThe demo could not go on. ${error instanceof Error ? error.message : error}\n`);
      process.exitCode = EXIT_BROKEN;
    }
    break;
  }
  default:
    throw parsed satisfies never;
}
