import { EXIT, type ExitCode } from './exit-code.ts';
import { nameOf } from './functions.ts';
import { reportLines } from './report-text.ts';
import { functionOf } from './subject.ts';
import { answer, type Surroundings, tell } from './surroundings.ts';

export interface PreflightOptions {
  readonly format: 'table' | 'json';
}

/** Shows what the next rotation will meet with, as the function finds it. */
export async function preflight(
  secretId: string,
  { format }: PreflightOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const secret = await surroundings.secrets.describe(secretId);
  const functionArn = functionOf(secret);
  tell(surroundings, `Asking ${nameOf(functionArn)}. It changes nothing.`);
  const report = await surroundings.functions.preflight(functionArn, secret.arn);
  answer(
    surroundings,
    format === 'json' ? [JSON.stringify(report, undefined, 2)] : reportLines(report, surroundings.stdout),
  );
  return report.outcome === 'failed' ? EXIT.wrong : EXIT.fine;
}
