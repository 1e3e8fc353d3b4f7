import { GetFunctionConfigurationCommand, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { PreflightReport } from '@rotation/core';
import { asked } from './aws-failure.ts';
import { Trouble } from './doctor-error.ts';
import { parseReport } from './preflight-report.ts';
import { printable } from './printable.ts';

/** The rotation functions, as a person may use them. */
export interface Functions {
  /** Asks a function what the next rotation of a secret will meet with. It changes nothing. */
  preflight(functionArn: string, secretArn: string): Promise<PreflightReport>;
  /** Where the function's log is kept. */
  logGroup(functionArn: string): Promise<string>;
}

export function openFunctions(client: LambdaClient): Functions {
  return {
    async preflight(functionArn, secretArn) {
      const target = `function ${nameOf(functionArn)}`;
      const command = new InvokeCommand({
        FunctionName: functionArn,
        Payload: JSON.stringify({ Step: 'preflight', SecretId: secretArn }),
      });
      const answer = await asked({ action: 'lambda:InvokeFunction', target }, client.send(command));
      const payload = parsed(answer.Payload?.transformToString() ?? '');
      if (answer.FunctionError !== undefined) throw new Trouble(failureOf(target, payload));
      const report = parseReport(payload);
      if (report === undefined) {
        throw new Trouble(
          `The ${target} made no report: it is another function, or one from before the doctor.`,
        );
      }
      return report;
    },

    async logGroup(functionArn) {
      const answer = client.send(new GetFunctionConfigurationCommand({ FunctionName: functionArn }));
      const target = `function ${nameOf(functionArn)}`;
      const { LoggingConfig } = await asked({ action: 'lambda:GetFunctionConfiguration', target }, answer);
      return LoggingConfig?.LogGroup ?? `/aws/lambda/${nameOf(functionArn)}`;
    },
  };
}

/** The name in a function's ARN, which may end with a version or alias. */
export function nameOf(functionArn: string): string {
  return functionArn.split(':')[6] ?? functionArn;
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** What Lambda reports of a function that threw, timed out or could not be loaded. */
function failureOf(target: string, payload: unknown): string {
  const { errorType, errorMessage } = (payload ?? {}) as Record<string, unknown>;
  const why = [errorType, errorMessage].filter((part) => typeof part === 'string').join(': ');
  return `The ${target} could not make its report. ${printable(why)}`;
}
