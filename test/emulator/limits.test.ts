import { expect, test } from 'vitest';
import { deployedSettings } from './deployed-settings.ts';
import { emulateStraining } from './straining.ts';

test('settings are those of template.yaml, with the defaults of its parameters', () => {
  expect(deployedSettings('mysql-single-user')).toMatchObject({
    handler: 'index.handler',
    timeoutSeconds: 30,
    memoryMegabytes: 512,
    logFormat: 'JSON',
    environment: { PASSWORD_LENGTH: '32', DUAL_PASSWORDS: 'prefer' },
  });
});

test('a function has half of its memory to itself, and not all of it', async () => {
  await using emulated = await emulateStraining();

  await emulated.invoke({ bufferMegabytes: 256 });
  expect(await emulated.peakMegabytes()).toBeGreaterThan(256);
  await expect(emulated.invoke({ bufferMegabytes: 512 })).rejects.toMatchObject({
    name: 'RangeError',
    message: 'Failed to allocate memory',
  });
  // It was refused: the memory was not given and then missed.
  expect(await emulated.peakMegabytes()).toBeLessThan(512);
});

test('a function whose heap outgrows its memory is ended, and another process takes its place', async () => {
  await using emulated = await emulateStraining();

  await emulated.invoke({});
  const processId = await emulated.processId();
  await expect(emulated.invoke({ heapMegabytes: 512 })).rejects.toMatchObject({
    name: 'Runtime.ExitError',
    message: expect.stringContaining('Runtime exited with error: signal: '),
  });
  expect(emulated.output()).toContain('out of memory');
  await emulated.invoke({});
  expect(await emulated.processId()).not.toBe(processId);
});

test('an invocation that is out of time says so', async () => {
  await using emulated = await emulateStraining({ timeoutSeconds: 1 });

  await expect(emulated.invoke({ seconds: 25 })).rejects.toThrow('Task timed out after 1.00 seconds');
});
