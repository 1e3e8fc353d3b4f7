import { openEndpoint } from '../../local/secrets-manager/endpoint.ts';
import type { Answer, Interceptor } from '../../local/secrets-manager/index.ts';
import { perform } from '../../local/secrets-manager/operations.ts';
import { RotationService } from '../../local/secrets-manager/rotation-service.ts';
import { Vault } from '../../local/secrets-manager/vault.ts';
import { CANARY } from './canary.ts';

const REGION = 'us-east-1';

/** A Secrets Manager with a door of its own for the harness: past the interceptor, and many times cheaper than a client. */
export interface Service extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  /** @throws Error with the service's own error for its name */
  call(operation: string, input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** @param owner stands in every password that GetRandomPassword makes, beside the canary */
export async function openService(intercept: Interceptor, owner: string): Promise<Service> {
  const now = () => new Date();
  const vault = new Vault({ region: REGION, accountId: '123456789012', now });
  // The steps are run by hand.
  const rotations = new RotationService(vault, { kind: 'staging-only' });
  let made = 0;
  function carryOut(operation: string, input: unknown): Answer {
    const answer = perform({ vault, rotations }, operation, input);
    if (operation !== 'GetRandomPassword' || answer.kind !== 'output') return answer;
    return { kind: 'output', output: { RandomPassword: `${CANARY}-${owner}-${++made}!` } };
  }
  const endpoint = await openEndpoint({ port: 0, now, intercept, perform: carryOut });
  return {
    endpoint: endpoint.url,
    region: REGION,
    call(operation, input) {
      const answer = carryOut(operation, input);
      if (answer.kind === 'output') return answer.output;
      throw Object.assign(new Error(`${operation} was answered with ${answer.kind}`), {
        name: answer.kind === 'error' ? answer.type : answer.kind,
      });
    },
    [Symbol.asyncDispose]: () => endpoint.close(),
  };
}
