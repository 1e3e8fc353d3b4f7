import * as core from '@rotation/core';

const target = { host: 'db.example.com', port: 5432, username: 'app' };

/**
 * What makes one of each, with arguments of the kind that the product gives.
 * @param cause of those that have one: what a library threw
 */
export const everyError = (cause: () => unknown): Readonly<Record<string, () => core.RotationError>> => ({
  InvalidEvent: () => new core.InvalidEvent('Step is missing'),
  InvalidConfiguration: () => new core.InvalidConfiguration('PASSWORD_LENGTH', 'is no number'),
  SecretDeleted: () => new core.SecretDeleted('arn'),
  RotationNotEnabled: () => new core.RotationNotEnabled('arn'),
  UnknownToken: () => new core.UnknownToken('arn'),
  TokenNotPending: () => new core.TokenNotPending([]),
  CurrentMoved: () => new core.CurrentMoved(),
  RotationTargetRefused: () => new core.RotationTargetRefused('v1', 'it has no value'),
  VersionNotCurrent: () => new core.VersionNotCurrent('v1'),
  RotationUnderWay: () => new core.RotationUnderWay('v2'),
  NoCurrentVersion: () => new core.NoCurrentVersion(),
  NoPendingValue: () => new core.NoPendingValue(),
  InvalidSecretValue: () => new core.InvalidSecretValue('AWSCURRENT', 'is not JSON'),
  EngineMismatch: () => new core.EngineMismatch('AWSCURRENT', 'oracle', ['postgres']),
  IdentityChanged: () => new core.IdentityChanged('host', 'AWSCURRENT', 'AWSPENDING'),
  SuperuserSecretRefused: () => new core.SuperuserSecretRefused('it is another'),
  UserNameRefused: () => new core.UserNameRefused('app', 'is too long'),
  SecretsManagerFailed: () => new core.SecretsManagerFailed('GetSecretValue', 'Do something.', cause()),
  RdsFailed: () => new core.RdsFailed('DescribeDBInstances', 'Do something.', cause()),
  LoginRejected: () => new core.LoginRejected(target, cause()),
  NotReplicated: () => new core.NotReplicated(target, { ...target, host: 'writer' }, cause()),
  AccountLocked: () => new core.AccountLocked(target, cause()),
  AuthenticationUnsupported: () => new core.AuthenticationUnsupported(target, cause()),
  PasswordLoginForbidden: () =>
    new core.PasswordLoginForbidden(target, 'app', 'rds_iam', 'REVOKE "rds_iam" FROM "team"'),
  PasswordExpired: () => new core.PasswordExpired(target, cause()),
  NoStoredLoginWorks: () => new core.NoStoredLoginWorks(['AWSCURRENT: no'], cause()),
  HostNotFound: () => new core.HostNotFound(target, cause()),
  HostUnreachable: () => new core.HostUnreachable(target, cause()),
  ConnectionTimedOut: () => new core.ConnectionTimedOut(target, cause()),
  TlsFailed: () => new core.TlsFailed(target, cause()),
  TlsNotOffered: () => new core.TlsNotOffered(target),
  HostBlocked: () => new core.HostBlocked(target, cause()),
  ServerReadOnly: () => new core.ServerReadOnly(target, cause()),
  StorageFull: () => new core.StorageFull(target, cause()),
  UnknownDatabase: () => new core.UnknownDatabase(target, undefined, cause()),
  TooManyConnections: () => new core.TooManyConnections(target, cause()),
  PrivilegeMissing: () => new core.PrivilegeMissing(target, 'create a user', 'Grant it.', cause()),
  StaleGrant: () =>
    new core.StaleGrant(target, 'app', "REVOKE EXECUTE ON PROCEDURE `a`.`b` FROM 'app'@'%'", cause()),
  CloneUnfinished: () => new core.CloneUnfinished(target, 'app_clone', 40, 100, cause()),
  DefinerInUse: () => new core.DefinerInUse(target, 'app_clone@%', ['view a.b', 'event a.c']),
  PrimaryPasswordUnknown: () => new core.PrimaryPasswordUnknown(target),
  DualPasswordsUnavailable: () => new core.DualPasswordsUnavailable(target, 'it is too old'),
  NothingToDiscard: () => new core.NothingToDiscard('there is one'),
  PasswordPolicyUnmet: () => new core.PasswordPolicyUnmet(target, ['it wants 40 characters']),
  PasswordRefused: () => new core.PasswordRefused(target, 'app', cause()),
  PasswordNotPutBack: () => new core.PasswordNotPutBack(target, 'app', cause()),
  UsersDiffer: () => new core.UsersDiffer('app_clone', 'app', { lacks: ['SELECT'], hasBesides: ['INSERT'] }),
  StatementFailed: () => new core.StatementFailed(target, 'create a user', cause()),
  UnexpectedFailure: () => new core.UnexpectedFailure(cause()),
});

/** The names of the classes that there are, sorted. */
export function exportedErrors(): string[] {
  return Object.entries(core)
    .filter(([, value]) => typeof value === 'function' && value.prototype instanceof core.RotationError)
    .map(([name]) => name)
    .sort();
}
