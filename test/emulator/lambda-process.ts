import { randomUUID } from 'node:crypto';
import { delimiter, join } from 'node:path';
import { memoryOptions } from '../../local/lambda/memory-options.ts';
import type { Environment } from '../../local/servers/guard-protocol.ts';
import type { DeployedSettings } from './deployed-settings.ts';
import type { EmulationOptions } from './emulated-function.ts';

/** With what Lambda starts Node. */
export function nodeOptions({ memoryMegabytes }: DeployedSettings): string[] {
  return ['--expose-gc', '--max-http-header-size=81920', ...memoryOptions(memoryMegabytes)];
}

/** Lambda's own variables, as its documentation lists them, over those of the template and of the caller. */
export function lambdaEnvironment(options: EmulationOptions): Environment {
  const { functionFolder, layerFolder, environment, settings } = options;
  return {
    ...settings.environment,
    ...environment,
    _HANDLER: settings.handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'rotation',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_TIMEOUT: String(settings.timeoutSeconds),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
    AWS_LAMBDA_LOG_STREAM_NAME: randomUUID(),
    LAMBDA_TASK_ROOT: functionFolder,
    LANG: 'en_US.UTF-8',
    NODE_PATH: [
      join(layerFolder, 'nodejs/node24/node_modules'),
      join(layerFolder, 'nodejs/node_modules'),
      functionFolder,
    ].join(delimiter),
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',
  };
}
