import {
  type DatabaseSecret,
  differingKey,
  type Environment,
  type Rotation,
  SuperuserSecretRefused,
} from '@rotation/core';

/** How messages name the superuser secret's value. */
const NAME = 'superuser secret';

/**
 * The login that changes other users. Which secret holds it is the function's decision (SUPERUSER_SECRET_ARN) where that is
 * configured, since whoever may write the rotated secret must not choose whose rights are used; its login goes only to the
 * server that it belongs to.
 * @throws SuperuserSecretRefused
 */
export async function superuserOf(current: DatabaseSecret, rotation: Rotation): Promise<DatabaseSecret> {
  const superuser = await rotation.otherSecret(secretIdOf(current, rotation.environment), NAME);
  const key = differingKey(['host', 'port'], current, superuser);
  if (key !== undefined) {
    throw new SuperuserSecretRefused(`its "${key}" is not that of ${current.version}`);
  }
  if (!superuser.ssl && current.ssl)
    throw new SuperuserSecretRefused('it turns TLS off, which this secret does not');
  return superuser;
}

function secretIdOf({ masterarn, version }: DatabaseSecret, environment: Environment): string {
  const configured = environment['SUPERUSER_SECRET_ARN'] || undefined;
  if (configured !== undefined && masterarn !== undefined && masterarn !== configured) {
    throw new SuperuserSecretRefused(
      `"masterarn" of ${version} names another secret than the function's SUPERUSER_SECRET_ARN`,
    );
  }
  const secretId = configured ?? masterarn;
  if (secretId === undefined) {
    throw new SuperuserSecretRefused(
      `${version} has no "masterarn" and the function no SUPERUSER_SECRET_ARN`,
    );
  }
  return secretId;
}
