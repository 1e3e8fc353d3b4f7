/*
 * The child's side of a function process: loads a built function by require(), as Lambda's runtime does, so that the layer is
 * found through NODE_PATH and nowhere else, and runs it for each event that the parent sends.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Invocation, InvocationResult, Loaded } from './function-process.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

const folder = process.argv[2] ?? '';
const handler = loadHandler();
process.send?.({ kind: 'loaded' } satisfies Loaded);

/** A function that cannot be loaded answers every invocation with why, under the name that Lambda gives this. */
function loadHandler(): Handler {
  try {
    const load = createRequire(join(folder, 'index.js'));
    return (load('./index.js') as { handler: Handler }).handler;
  } catch (error) {
    const failure = new Error(error instanceof Error ? error.message : String(error));
    failure.name = 'Runtime.ImportModuleError';
    return () => Promise.reject(failure);
  }
}

process.on('message', async ({ id, event, timeoutMs }: Invocation) => {
  const ends = Date.now() + timeoutMs;
  const context = {
    awsRequestId: id,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    getRemainingTimeInMillis: () => Math.max(0, ends - Date.now()),
  };
  let result: InvocationResult;
  try {
    result = { id, answer: await handler(event, context) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    result = { id, error: { errorType: name, errorMessage: message } };
  }
  process.send?.(result);
});

// The parent is gone, however it ended.
process.on('disconnect', () => process.exit());
