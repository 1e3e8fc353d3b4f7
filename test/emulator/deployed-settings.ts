import { LOGICAL_IDS } from '../sam/sam-build.ts';
import { functionProperties, withDefault } from '../sam/template.ts';
import type { FunctionName } from '../support/artifacts.ts';

/** How template.yaml has Lambda run a function, when no parameter is given. */
export interface DeployedSettings {
  /** File and export, as in `index.handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  /** What Lambda calls MB is 1024 * 1024 bytes. */
  readonly memoryMegabytes: number;
  readonly logFormat: string;
  /** Without what only a deployment knows, such as the ARN of a secret. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Properties {
  readonly Handler: string;
  readonly Timeout: unknown;
  readonly MemorySize: unknown;
  readonly LoggingConfig: { readonly LogFormat: string };
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

export function deployedSettings(name: FunctionName): DeployedSettings {
  const properties = functionProperties(LOGICAL_IDS[name]) as unknown as Properties;
  const variables = Object.entries(properties.Environment.Variables)
    .map(([key, value]) => [key, withDefault(value)] as const)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return {
    handler: properties.Handler,
    timeoutSeconds: Number(withDefault(properties.Timeout)),
    memoryMegabytes: Number(withDefault(properties.MemorySize)),
    logFormat: properties.LoggingConfig.LogFormat,
    environment: Object.fromEntries(variables.map(([key, value]) => [key, String(value)])),
  };
}
