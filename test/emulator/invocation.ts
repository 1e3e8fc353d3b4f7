import { FunctionError } from '../../local/lambda/function-process.ts';

/** The end of the log that goes into an error. In characters. */
const LOG_TAIL = 4_000;

interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
}

/**
 * Sends an event as the Invoke API takes it.
 * @throws FunctionError with the function's error, Error when the function did not come to an answer
 */
export async function invoke(port: number, event: unknown, log: () => string): Promise<void> {
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
  const answer = await response.text();
  const failure = /^\{"errorType":/.test(answer) ? (JSON.parse(answer) as Failure) : undefined;
  if (failure) throw new FunctionError(failure.errorType, failure.errorMessage);
  // Of a function that is out of time it tells in plain text, with a status of success; of one that died, in the log.
  if (answer !== 'null') {
    throw new Error(`The emulator answered ${response.status} "${answer}". ${log().slice(-LOG_TAIL)}`);
  }
}
