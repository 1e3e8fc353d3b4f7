import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Aliases, nameOfCall } from '../faults/point-names.ts';
import type { Service } from '../faults/service.ts';

const NO_ALIASES: Aliases = new Map();

/** A client of a service in the same process, whose calls each wait for their turn. */
export function gatedClient(
  { call }: Pick<Service, 'call'>,
  pass: (what: string) => Promise<void>,
): SecretsManagerClient {
  const send = async (command: { readonly input: object }) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    const input = { ...command.input };
    await pass(nameOfCall({ operation, input, number: 0 }, NO_ALIASES));
    return call(operation, input);
  };
  return { send } as unknown as SecretsManagerClient;
}
