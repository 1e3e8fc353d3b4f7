import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** As the set-up of the SAM tools leaves it, from the top of the repository. */
const DEFAULT_MOTO_SERVER = '.cache/sam/bin/moto_server';
const REPOSITORY = resolve(import.meta.dirname, '../../..');
/** Python with all of moto takes a few seconds to start, more on a busy machine. In ms. */
const START_TIMEOUT = 60_000;

/** The shell waits for its input to end, which it does with this process however it ends, and takes moto along. */
const GUARDIAN = '"$@" & read -r _; kill $!; wait';

type Guardian = ChildProcessByStdio<Writable, null, Readable>;

export interface MotoServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts moto's server on a free port.
 * @throws Error when it is not installed, saying how to install it, and when it does not start.
 */
export async function startMoto(): Promise<MotoServer> {
  const program = resolve(REPOSITORY, process.env['MOTO_SERVER'] ?? DEFAULT_MOTO_SERVER);
  await access(program, constants.X_OK).catch(() => {
    throw new Error(
      `There is no moto server at ${program}. Install one with ` +
        "`python3 -m venv .cache/sam && .cache/sam/bin/pip install 'moto[server]'`, or name one in MOTO_SERVER.",
    );
  });
  const arguments_ = ['-c', GUARDIAN, 'guardian', program, '-H', '127.0.0.1', '-p', '0'];
  const guardian = spawn('/bin/sh', arguments_, { stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = new Promise<void>((end) => guardian.once('close', () => end()));
  const stop = async () => {
    guardian.stdin.end();
    await ended;
  };
  try {
    return { endpoint: await readAddress(guardian), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** moto picks the port, and says which in its log. */
function readAddress({ stderr }: Guardian): Promise<string> {
  return new Promise((found, failed) => {
    let log = '';
    const timer = setTimeout(
      () => failed(new Error(`moto did not start within ${START_TIMEOUT} ms: ${log}`)),
      START_TIMEOUT,
    );
    // Read to the end: a pipe that nobody empties would in time stop the server.
    stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      found(address);
    });
  });
}

/** Makes a Lambda function that RotateSecret accepts; with `use_docker` off it runs nothing. */
export async function makeLambdaFunction(endpoint: string): Promise<string> {
  await post(`${endpoint}/moto-api/config`, '{"lambda":{"use_docker":false}}');
  const role = new URLSearchParams({
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: 'rotation',
    AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
  });
  await post(endpoint, role.toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: credentialFor('iam'),
  });
  const { FunctionArn } = (await post(
    `${endpoint}/2015-03-31/functions`,
    JSON.stringify({
      FunctionName: 'rotate',
      Role: 'arn:aws:iam::123456789012:role/rotation',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: EMPTY_ZIP },
    }),
    { authorization: credentialFor('lambda') },
  )) as { FunctionArn?: unknown };
  if (typeof FunctionArn !== 'string') throw new Error('moto made no Lambda function.');
  return FunctionArn;
}

/** A zip archive without any file: moto only has to be able to open it. */
const EMPTY_ZIP = 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==';

/** moto tells the services apart by the scope of the signature, which it does not check. */
const credentialFor = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', body, headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`moto refused ${url} with status ${answer.status}: ${text}`);
  return text.startsWith('{') ? JSON.parse(text) : undefined;
}
