import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FunctionError, type FunctionProcess } from './function-process.ts';
import { parsePattern, readLog } from './log-group.ts';

const LOCALHOST = '127.0.0.1';
const FUNCTION = /^\/2015-03-31\/functions\/(?<id>[^/]+)\/(?<subject>invocations|configuration)$/;
const LOGS_TARGET = 'Logs_20140328.';

/** A function as Lambda knows it. */
export interface HostedFunction {
  readonly arn: string;
  readonly process: Pick<FunctionProcess, 'invoke' | 'output'>;
}

export interface LambdaOptions {
  readonly functions: readonly HostedFunction[];
  /** Operations that the caller is not allowed, such as `FilterLogEvents`. None by default. */
  readonly denied?: ReadonlySet<string>;
}

export interface LambdaEndpoint extends AsyncDisposable {
  /** For AWS_ENDPOINT_URL_LAMBDA and AWS_ENDPOINT_URL_CLOUDWATCH_LOGS. */
  readonly url: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Lambda reduced to Invoke and GetFunctionConfiguration, and CloudWatch Logs to FilterLogEvents, over their own protocols, to
 * this machine only.
 */
export async function startLambda({ functions, denied = new Set() }: LambdaOptions): Promise<LambdaEndpoint> {
  const hosted = (id: string) => functions.find(({ arn }) => arn === id || nameOf(arn) === id);

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const body = await text(request);
    const target = request.headers['x-amz-target'];
    const { id, subject } = FUNCTION.exec(request.url ?? '')?.groups ?? {};
    const operation =
      typeof target === 'string'
        ? target.replace(LOGS_TARGET, '')
        : (OPERATIONS.get(subject ?? '') ?? '(none)');
    if (denied.has(operation)) return failure(403, 'AccessDeniedException', `${operation} is not allowed.`);
    const found =
      operation === 'FilterLogEvents'
        ? functions.find(({ arn }) => logGroupOf(arn) === JSON.parse(body).logGroupName)
        : hosted(decodeURIComponent(id ?? ''));
    if (found === undefined) return failure(404, 'ResourceNotFoundException', 'There is no such function.');
    switch (operation) {
      case 'Invoke':
        return invoke(found, JSON.parse(body));
      case 'GetFunctionConfiguration':
        return configuration(found);
      case 'FilterLogEvents':
        return filterLogEvents(found, JSON.parse(body));
      default:
        return failure(400, 'UnknownOperationException', `There is no operation ${operation} here.`);
    }
  }

  const server = createServer(async (request, response) => {
    const { status, body, headers } = await answerTo(request);
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  }).listen(0, LOCALHOST);
  await once(server, 'listening');
  return {
    url: `http://${LOCALHOST}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['invocations', 'Invoke'],
  ['configuration', 'GetFunctionConfiguration'],
]);

const nameOf = (arn: string) => arn.split(':')[6] ?? arn;

/** As template.yaml names it. */
const logGroupOf = (arn: string) => `/aws/lambda/${nameOf(arn)}`;

async function invoke({ process }: HostedFunction, event: unknown): Promise<Answer> {
  try {
    return { status: 200, body: (await process.invoke(event)) ?? null };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    const body = { errorType: error.name, errorMessage: error.message };
    return { status: 200, body, headers: { 'X-Amz-Function-Error': 'Unhandled' } };
  }
}

function configuration({ arn }: HostedFunction): Answer {
  const body = {
    FunctionName: nameOf(arn),
    FunctionArn: arn,
    LoggingConfig: { LogFormat: 'JSON', LogGroup: logGroupOf(arn) },
  };
  return { status: 200, body };
}

function filterLogEvents(
  { process }: HostedFunction,
  input: { filterPattern: string; startTime: number },
): Answer {
  const pattern = parsePattern(input.filterPattern);
  if (pattern === undefined) return failure(400, 'InvalidParameterException', 'Invalid filter pattern');
  return { status: 200, body: { events: readLog(process.output(), pattern, input.startTime) } };
}

function failure(status: number, type: string, message: string): Answer {
  return { status, body: { __type: type, message }, headers: { 'x-amzn-ErrorType': type } };
}
