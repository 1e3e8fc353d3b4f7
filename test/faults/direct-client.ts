import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Service } from './service.ts';

/**
 * A client without HTTP, signatures and retries, for rotations that nothing disturbs: they are the larger part of each case,
 * and a call costs a tenth.
 */
export function directClient({ call }: Service): SecretsManagerClient {
  const send = async (command: { readonly input: object }) =>
    call(command.constructor.name.replace(/Command$/, ''), { ...command.input });
  return { send } as unknown as SecretsManagerClient;
}
