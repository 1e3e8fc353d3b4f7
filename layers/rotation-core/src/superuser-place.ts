import { SuperuserSecretRefused } from './errors.ts';
import type { RdsName } from './rds.ts';
import type { Endpoint, RdsDatabase } from './rds-database.ts';

/**
 * Tags that RDS puts on the secrets it manages, with the ARN of the database. Nobody else can: `aws:` is reserved.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 */
const OWNER_TAGS = new Map<string, RdsName['kind']>([
  ['aws:rds:primarydbinstancearn', 'instance'],
  ['aws:rds:primarydbclusterarn', 'cluster'],
]);

/** The database whose superuser secret RDS manages, by the secret's tags; undefined for any other secret. */
export function ownerByTags(tags: ReadonlyMap<string, string>): RdsName | undefined {
  for (const [key, id] of tags) {
    const kind = OWNER_TAGS.get(key.toLowerCase());
    if (kind !== undefined) return { kind, id };
  }
  return undefined;
}

/**
 * `orders.c1a2b3.eu-west-1.rds.amazonaws.com`, or with `cluster-c1a2b3` or `cluster-ro-c1a2b3` as the second label; in China
 * the Region comes after `rds`. One of RDS Proxy or of a custom endpoint leads to a database by another name.
 */
const RDS_HOST =
  /^(?<id>[a-z0-9-]+)\.(?<cluster>cluster-)?(?!cluster-|custom-|proxy-)[a-z0-9-]+(?:\.[a-z0-9-]+)?\.rds\./i;

/** The database that RDS gave this host name; undefined for any other host. */
export function ownerByHost(host: string): RdsName | undefined {
  const { id, cluster } = RDS_HOST.exec(host)?.groups ?? {};
  return id === undefined ? undefined : { kind: cluster === undefined ? 'instance' : 'cluster', id };
}

function isSamePlace(one: Endpoint, other: Endpoint): boolean {
  // DNS names know no upper and lower case.
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port;
}

/**
 * Where the superuser logs in to change a user that logs in at `user`: always where the superuser's database takes changes,
 * and only when the user's place is that very database or a replica of it. Otherwise whoever may write a secret could name a
 * server of his own in it, and have a user made elsewhere.
 * @param named where the superuser secret says; undefined when it leaves that to RDS
 * @throws SuperuserSecretRefused
 */
export function superuserPlace(user: Endpoint, named: Endpoint | undefined, database: RdsDatabase): Endpoint {
  const { writers, readers } = database;
  const [writer] = writers;
  if (writer === undefined) throw misplaced('its database is a replica, which takes no changes');
  if (named !== undefined && !writers.some((place) => isSamePlace(place, named))) {
    throw misplaced(`its ${text(named)} is not where its database takes changes, which is ${text(writer)}`);
  }
  if (![...writers, ...readers].some((place) => isSamePlace(place, user))) {
    throw misplaced(`it is for ${text(writer)}, and ${text(user)} of the secret is no replica of that`);
  }
  return named ?? writer;
}

const text = ({ host, port }: Endpoint) => `${host}:${port}`;

/** The superuser secret is for another server than it would be used for. */
export function misplaced(problem: string): SuperuserSecretRefused {
  return new SuperuserSecretRefused(
    problem,
    'Use the superuser secret of the database that "host" of the secret belongs to; nothing was changed.',
  );
}
