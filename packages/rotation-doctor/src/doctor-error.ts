import { EXIT, type ExitCode } from './exit-code.ts';

/** Why a command ends early, in sentences for whoever typed it. */
export class DoctorError extends Error {
  override readonly name: string = 'DoctorError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

/** Something is wrong with what the command was asked about. */
export class Trouble extends DoctorError {
  override readonly name = 'Trouble';
  constructor(message: string) {
    super(message, EXIT.wrong);
  }
}

/** The command did not do what it was asked, and changed nothing. */
export class Refused extends DoctorError {
  override readonly name = 'Refused';
  constructor(message: string) {
    super(message, EXIT.refused);
  }
}
