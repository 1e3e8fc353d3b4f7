import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call of an AWS API as it went over the wire. */
export interface ApiCall {
  /** The service that the call is signed for, by the name that IAM's actions begin with. */
  readonly service: string;
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Stands in the place of all of AWS, for AWS_ENDPOINT_URL: notes every call, whatever the service, and hands it on.
 * @param endpoints by service; a call of any other is refused
 */
export async function startCallRecorder(endpoints: Readonly<Record<string, string>>) {
  const calls: ApiCall[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const call = callOf(request, body);
    calls.push(call);
    const endpoint = endpoints[call.service];
    if (endpoint === undefined) {
      response.writeHead(400).end();
      return;
    }
    const answer = await fetch(endpoint, { method: 'POST', headers: protocolOf(request), body });
    response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => [...calls],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function callOf(request: IncomingMessage, body: string): ApiCall {
  const { authorization = '', 'x-amz-target': target } = request.headers;
  const [, service = '(unsigned)'] = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(authorization) ?? [];
  // AWS JSON names the operation in a header, the Query protocol in the form. What does neither is known by its path.
  if (typeof target === 'string') {
    const [, operation = target] = /\.(\w+)$/.exec(target) ?? [];
    return { service, operation, parameters: JSON.parse(body) as Record<string, unknown> };
  }
  const { Action: operation = `${request.method} ${request.url}`, ...parameters } = Object.fromEntries(
    new URLSearchParams(body),
  );
  return { service, operation, parameters };
}

/** The headers by which the protocols tell one call from another. */
function protocolOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    ['content-type', 'x-amz-target'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
