import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DoctorError } from './doctor-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type FleetOptions, fleet } from './fleet-command.ts';
import { type PreflightOptions, preflight } from './preflight-command.ts';
import { type RollbackOptions, rollback } from './rollback-command.ts';
import { type RotateOptions, rotate } from './rotate-command.ts';
import { type StatusOptions, status } from './status-command.ts';
import { type Surroundings, tell } from './surroundings.ts';
import { parseDuration } from './time-words.ts';
import { type UnstickOptions, unstick } from './unstick-command.ts';
import { tellWhatIsLeft } from './what-is-left.ts';

/** Four steps of at most the template's timeout each, and a try more. */
const TIMEOUT = '5m';

const EXIT_CODES = `
Exit codes:
  ${EXIT.fine}  healthy, or done
  ${EXIT.wrong}  something is wrong with the secret, its rotation or its function
  ${EXIT.refused}  wrong arguments, or nothing was done: not agreed to, or a rotation stands against it
  ${EXIT.unanswered}  AWS could not be asked: credentials, permissions, network, or no such secret

Credentials, Region and endpoints are those of the AWS SDK: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL.
No command reads or prints the value of a secret.
`;

/** Runs one command line, without the program's own name. */
export async function runDoctor(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine;
  const program = programFor(surroundings, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.refused;
    if (!(error instanceof DoctorError)) throw error;
    tell(surroundings, error.message);
    return error.exitCode;
  } finally {
    tellWhatIsLeft(surroundings);
  }
}

function programFor(surroundings: Surroundings, end: (code: ExitCode) => void): Command {
  const { stdout, stderr } = surroundings;
  const program = new Command('rotation-doctor')
    .description(
      'Looks after the rotations of secrets: what is wrong, what was and was not changed, what mends it.',
    )
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(--help says more)')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .exitOverride();
  const secret = ['<secret>', 'name or ARN'] as const;
  const stuckAfter = () =>
    new Option('--stuck-after <duration>', 'a rotation to which nothing has happened for so long is stuck')
      .argParser(duration)
      .default(duration('1h'), '1h');
  const timeout = () =>
    new Option('--timeout <duration>', 'how long to follow the rotation')
      .argParser(duration)
      .default(duration(TIMEOUT), TIMEOUT);
  const format = (...formats: string[]) => new Option('--format <format>').choices(formats).default('table');
  const yes = ['-y, --yes', 'do not ask'] as const;

  program
    .command('status')
    .argument(...secret)
    .summary('what state its rotation is in, and why')
    .addOption(format('table', 'json'))
    .addOption(stuckAfter())
    .action(async (id: string, options: StatusOptions) => end(await status(id, options, surroundings)));
  program
    .command('preflight')
    .argument(...secret)
    .summary('what the next rotation will meet with, found out by the function; changes nothing')
    .addOption(format('table', 'json'))
    .action(async (id: string, options: PreflightOptions) => end(await preflight(id, options, surroundings)));
  program
    .command('unstick')
    .argument(...secret)
    .summary('move the labels that are in the way, once the function has proven which version logs in')
    .option(...yes)
    .option(
      '--even-if-differing',
      'with --yes, also make a version AWSCURRENT whose value differs from it in more than the login',
    )
    .addOption(stuckAfter())
    .action(async (id: string, options: UnstickOptions) => end(await unstick(id, options, surroundings)));
  program
    .command('rotate')
    .argument(...secret)
    .summary('start a rotation')
    .option('--wait', 'follow it to its end')
    .addOption(timeout())
    .option(...yes)
    .addOption(stuckAfter())
    .action(async (id: string, options: RotateOptions) => end(await rotate(id, options, surroundings)));
  program
    .command('rollback')
    .argument(...secret)
    .summary('make the login before the last rotation AWSCURRENT again, in the database too')
    .option('--to <version>', 'the login of this version in place of that of AWSPREVIOUS')
    .addOption(timeout())
    .option(...yes)
    .action(async (id: string, options: RollbackOptions) => end(await rollback(id, options, surroundings)));
  program
    .command('fleet')
    .summary('all secrets that these functions rotate, worst first')
    .addOption(format('table', 'csv', 'json'))
    .option('--function <name...>', 'functions with other names than those of template.yaml')
    .addOption(stuckAfter())
    .action(async (options: FleetOptions) => end(await fleet(options, surroundings)));
  return program;
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Durations are written as 90s, 10m, 2h or 1d.');
  return ms;
}
