import { join } from 'node:path';
import { deployedSettings } from './deployed-settings.ts';
import { type EmulatedFunction, emulateFunction } from './emulated-function.ts';

/** Runs straining-function with the settings of a rotation function, but for those given. */
export function emulateStraining(
  settings: { readonly timeoutSeconds?: number } = {},
): Promise<EmulatedFunction> {
  return emulateFunction({
    functionFolder: join(import.meta.dirname, 'straining-function'),
    layerFolder: '/nonexistent',
    environment: {},
    settings: { ...deployedSettings('postgres-single-user'), ...settings },
  });
}
