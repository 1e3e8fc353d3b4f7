import { csvOf } from './csv.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fleetOf, type Member } from './fleet.ts';
import { isWrong } from './secret-state.ts';
import { wordsFor } from './state-words.ts';
import { type Surroundings, tell } from './surroundings.ts';
import { tableOf } from './table.ts';
import { around, inWords } from './time-words.ts';

export interface FleetOptions {
  readonly format: 'table' | 'csv' | 'json';
  /** Names or ARNs of the functions that are meant, in place of those of template.yaml. */
  readonly function?: readonly string[];
  readonly stuckAfter?: number;
}

/** Lists all secrets that the functions rotate, worst first. */
export async function fleet(options: FleetOptions, surroundings: Surroundings): Promise<ExitCode> {
  const now = surroundings.now();
  const members = await fleetOf(options, surroundings);
  surroundings.stdout.write(WRITERS[options.format](members, now));
  tell(surroundings, summaryOf(members, now));
  return members.some(({ state }) => isWrong(state)) ? EXIT.wrong : EXIT.fine;
}

const WRITERS: Readonly<Record<FleetOptions['format'], (members: readonly Member[], now: Date) => string>> = {
  table(members, now) {
    const rows = members.map(({ secret, functionName, state }) => [
      wordsFor(state, secret, now).name,
      secret.lastRotated === undefined ? '-' : inWords(now.getTime() - secret.lastRotated.getTime()),
      secret.nextRotation === undefined ? '-' : around(secret.nextRotation, now),
      functionName,
      secret.name,
    ]);
    return `${tableOf(['STATE', 'AGE', 'NEXT ROTATION', 'FUNCTION', 'SECRET'], rows).join('\n')}\n`;
  },

  csv(members) {
    const rows = members.map(({ secret, functionName, state }) => [
      secret.name,
      secret.arn,
      functionName,
      state.kind,
      secret.lastRotated?.toISOString() ?? '',
      secret.nextRotation?.toISOString() ?? '',
    ]);
    return csvOf(['secret', 'arn', 'function', 'state', 'last_rotated', 'next_rotation'], rows);
  },

  json(members, now) {
    const rows = members.map(({ secret, functionName, state }) => ({
      secret: secret.name,
      arn: secret.arn,
      function: functionName,
      state: state.kind,
      detail: wordsFor(state, secret, now).detail,
      lastRotated: secret.lastRotated,
      nextRotation: secret.nextRotation,
    }));
    return `${JSON.stringify(rows, undefined, 2)}\n`;
  },
};

function summaryOf(members: readonly Member[], now: Date): string {
  const counts = new Map<string, number>();
  for (const { state, secret } of members) {
    const { name } = wordsFor(state, secret, now);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const parts = [...counts].map(([name, count]) => `${count} ${name}`);
  return `${members.length} secret${members.length === 1 ? '' : 's'}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`;
}
