import { perform } from '../../local/secrets-manager/operations.ts';
import { RotationService } from '../../local/secrets-manager/rotation-service.ts';
import { Vault } from '../../local/secrets-manager/vault.ts';
import type { Service } from '../faults/service.ts';

/** A Secrets Manager without a network, whose clock goes on by a second whenever it looks at it. */
export function memoryService(): Service {
  let time = Date.UTC(2026, 0, 1);
  const now = () => {
    time += 1_000;
    return new Date(time);
  };
  const vault = new Vault({ region: 'us-east-1', accountId: '123456789012', now });
  const rotations = new RotationService(vault, { kind: 'staging-only' });
  return {
    endpoint: 'none',
    region: 'us-east-1',
    call(operation, input) {
      const answer = perform({ vault, rotations }, operation, input);
      if (answer.kind === 'output') return answer.output;
      const [name, words] =
        answer.kind === 'error' ? [answer.type, answer.message] : [answer.kind, operation];
      throw Object.assign(new Error(words), { name });
    },
    async [Symbol.asyncDispose]() {},
  };
}
