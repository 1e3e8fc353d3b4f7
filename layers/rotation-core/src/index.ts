export { now } from './clock.ts';
export { type Deadline, within } from './deadline.ts';
export { type Environment, flag } from './environment.ts';
export * from './errors.ts';
export {
  type OperatorStep,
  parseEvent,
  type RotationEvent,
  type SecretArn,
  STEPS,
  type Step,
  type VersionId,
} from './event.ts';
export { type Dependencies, rotationHandler } from './handler.ts';
export type { LogFields, RotationLog } from './logger.ts';
export { type PasswordSettings, passwordSettings } from './password-settings.ts';
export type { Finding, Preflight, PreflightReport, Remarks } from './preflight.ts';
export type { RdsDirectory, RdsName } from './rds.ts';
export type { RdsDatabase } from './rds-database.ts';
export {
  assertSameIdentity,
  type DatabaseSecret,
  differingContents,
  differingKey,
  type EngineFamily,
  type IdentityKey,
} from './secret-value.ts';
export { Password } from './sensitive.ts';
export type { HeldLogin, Promoted, Rotation, RotationStrategy, Versions } from './strategy.ts';
export type { Trace } from './trace.ts';
