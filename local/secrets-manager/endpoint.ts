import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer, CallRecord, Interceptor } from './interception.ts';

const LOCALHOST = '127.0.0.1';
const CONTENT_TYPE = 'application/x-amz-json-1.1';
const TARGET_PREFIX = 'secretsmanager.';

export interface EndpointOptions {
  /** The address to answer on: by default 127.0.0.1, which only this machine reaches. */
  readonly host?: string | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  readonly now: () => Date;
  readonly intercept: Interceptor;
  readonly perform: (operation: string, parameters: unknown) => Answer;
}

export interface Endpoint {
  readonly url: string;
  calls(): readonly CallRecord[];
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Speaks the AWS JSON 1.1 protocol over HTTP. Signatures are not checked. */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const calls: CallRecord[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = operationOf(request);
    const number = calls.length + 1;
    const begun: CallRecord = { number, operation, startedAt: options.now() };
    calls.push(begun);
    const answer = await answerTo(operation, number, await text(request));
    calls[number - 1] = {
      ...begun,
      endedAt: options.now(),
      answered: answer.kind === 'error' ? answer.type : answer.kind,
    };
    send(response, answer);
  }

  function answerTo(operation: string, number: number, body: string): Answer | Promise<Answer> {
    const input = parseBody(body);
    if (input === undefined) return MALFORMED;
    return options.intercept({ operation, input, number }, () => options.perform(operation, input));
  }

  const host = options.host ?? LOCALHOST;
  const server = createServer((request, response) => {
    handle(request, response).catch((defect: unknown) => {
      response.destroy();
      // A defect of ours, or of an interceptor, must not pass for a fault of the service: nothing catches this.
      queueMicrotask(() => {
        throw defect;
      });
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(options.port, host, listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    calls: () => [...calls],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

const MALFORMED: Answer = {
  kind: 'error',
  status: 400,
  type: 'SerializationException',
  message: 'The request is not well-formed JSON.',
};

function operationOf({ headers }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' && target.startsWith(TARGET_PREFIX)
    ? target.slice(TARGET_PREFIX.length)
    : '(none)';
}

/** Undefined when it is no JSON; the parser's own message is dropped, for it quotes the body. */
function parseBody(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, answer: Answer): void {
  switch (answer.kind) {
    case 'output':
      write(response, 200, answer.output);
      return;
    case 'error':
      write(response, answer.status, { __type: answer.type, Message: answer.message });
      return;
    case 'lost':
      response.destroy();
      return;
    default:
      throw answer satisfies never;
  }
}

function write(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': CONTENT_TYPE, 'x-amzn-RequestId': randomUUID() });
  response.end(JSON.stringify(body));
}
