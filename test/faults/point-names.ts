import type { Call } from '../../local/secrets-manager/index.ts';
import type { Exchange } from '../support/wire-proxy/exchange.ts';

/** The names that differ from one case to the next, with what stands for each in the names of points. */
export type Aliases = ReadonlyMap<string, string>;

/** What a call is, by its operation and the version or label that it is about. */
export function nameOfCall({ operation, input }: Call, aliases: Aliases): string {
  const { SecretId, VersionStage, VersionId, MoveToVersionId } = input as Record<string, string | undefined>;
  const which = VersionStage ?? (VersionId === undefined ? undefined : 'by id');
  const moved =
    operation !== 'UpdateSecretVersionStage' ? undefined : MoveToVersionId ? 'moved' : 'taken off';
  return [operation, aliases.get(SecretId ?? ''), which, moved]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** Longer statements differ in their beginning. */
const LONGEST_NAME = 70;
/** A password, hash or verifier after the word that announces it. */
const CREDENTIAL = /\b(PASSWORD|BY|REPLACE|PASSWORD\()(\s*=?\s*)'(?:[^'\\]|\\.|'')*'/g;

/** What an exchange is: for a statement, its text without values that differ from one rotation to the next. */
export function nameOfExchange(exchange: Exchange, aliases: Aliases): string {
  if (exchange.kind === 'login') return `login of ${aliases.get(exchange.username) ?? 'somebody'}`;
  let text = exchange.text.replace(CREDENTIAL, "$1$2'…'");
  for (const [name, alias] of aliases) text = text.replaceAll(name, alias);
  return text
    .replaceAll(/\b[0-9a-f]{16,}\b/gi, '…')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/-?\b\d+\b/g, 'n')
    .slice(0, LONGEST_NAME);
}
