import { type DatabaseSecret, type Environment, type Rotation, SuperuserSecretRefused } from '@rotation/core';

/** How messages name the superuser secret's value. */
const NAME = 'superuser secret';

/** In the place of ARNs: any secret that the function's role may read. */
const ANY = '*';

/**
 * The login that changes other users. Which secrets may hold it is the function's decision (SUPERUSER_SECRET_ARN), since
 * whoever may write the rotated secret must not choose whose rights are used; its login goes only to the server that it
 * belongs to.
 * @throws SuperuserSecretRefused
 */
export async function superuserOf(current: DatabaseSecret, rotation: Rotation): Promise<DatabaseSecret> {
  const superuser = await rotation.otherSecret(secretIdOf(current, rotation.environment), NAME, current);
  if (!superuser.ssl && current.ssl)
    throw new SuperuserSecretRefused('it turns TLS off, which this secret does not');
  return superuser;
}

/** One that is configured: what the rotated secret says only picks one of several. */
function secretIdOf({ masterarn, version }: DatabaseSecret, environment: Environment): string {
  const configured = allowed(environment);
  const [only, another] = configured;
  if (only === undefined) throw new SuperuserSecretRefused("the function's SUPERUSER_SECRET_ARN names none");
  if (masterarn === undefined) {
    if (another === undefined && only !== ANY) return only;
    throw new SuperuserSecretRefused(
      `${version} has no "masterarn", and the function's SUPERUSER_SECRET_ARN names more than one secret`,
    );
  }
  if (configured.includes(ANY)) return masterarn;
  const picked =
    configured.find((arn) => arn === masterarn) ?? configured.find((arn) => isPartOf(masterarn, arn));
  if (picked === undefined) {
    throw new SuperuserSecretRefused(
      `"masterarn" of ${version} names another secret than the function's SUPERUSER_SECRET_ARN`,
    );
  }
  return picked;
}

/** Whether a superuser secret is to be used for this one, as far as a rotation can do without. */
export function hasSuperuser({ masterarn }: DatabaseSecret, environment: Environment): boolean {
  const [only, another] = allowed(environment);
  if (only === undefined) return false;
  return masterarn !== undefined || (another === undefined && only !== ANY);
}

function allowed(environment: Environment): string[] {
  const list = environment['SUPERUSER_SECRET_ARN'] ?? '';
  return list
    .split(',')
    .map((arn) => arn.trim())
    .filter((arn) => arn !== '');
}

/** Whether `masterarn` is an ARN without what Secrets Manager adds to a name: a hyphen and six characters. */
function isPartOf(masterarn: string, arn: string): boolean {
  return /^-[A-Za-z0-9]{6}$/.test(arn.slice(masterarn.length)) && arn.startsWith(masterarn);
}
