import type { RdsDirectory } from './rds.ts';
import type { SecretStore } from './secret-store.ts';
import {
  type DatabaseSecret,
  differingKey,
  type EngineFamily,
  parseSecretValue,
  saysWhere,
} from './secret-value.ts';
import { misplaced, ownerByHost, ownerByTags, superuserPlace } from './superuser-place.ts';

/** Where superuser secrets and their databases are looked up. */
interface SuperuserSources {
  readonly store: Pick<SecretStore, 'readOther' | 'tagsOf'>;
  readonly rds: RdsDirectory;
  readonly engine: EngineFamily;
}

/**
 * Reads the login of a superuser who may change `user`. RDS is asked only when the secret does not say for which server it is,
 * as those that RDS manages, or when that server is not the user's.
 * @param name how messages name the value
 * @throws SuperuserSecretRefused, SecretsManagerFailed, RdsFailed, and what parseSecretValue throws
 */
export async function superuserLogin(
  secretId: string,
  name: string,
  user: DatabaseSecret,
  { store, rds, engine }: SuperuserSources,
): Promise<DatabaseSecret> {
  const value = await store.readOther(secretId);
  if (!saysWhere(value, name)) {
    const owner = ownerByTags(await store.tagsOf(secretId));
    if (owner !== undefined) {
      const database = await rds.describe(owner);
      const { host, port } = superuserPlace(user, undefined, database);
      // Such a secret names no database either, and the user's is one that the user cares for.
      return parseSecretValue(value, name, engine, {
        engine: database.engine,
        host,
        port,
        dbname: user.dbname,
      });
    }
  }
  const superuser = parseSecretValue(value, name, engine);
  const key = differingKey(['host', 'port'], user, superuser);
  if (key === undefined) return superuser;
  const owner = ownerByHost(superuser.host);
  if (key === 'port' || owner === undefined) {
    throw misplaced(`its "${key}" is not that of ${user.version} (${superuser[key]}, not ${user[key]})`);
  }
  superuserPlace(user, superuser, await rds.describe(owner));
  return superuser;
}
