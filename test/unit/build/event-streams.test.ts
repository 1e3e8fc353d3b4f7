import * as secretsManager from '@aws-sdk/client-secrets-manager';
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { expect, it } from 'vitest';
import { EventStreamSerde } from '../../../build/stand-ins/event-streams.ts';

/** What marks an operation among the schemas of the SDK. */
const OPERATION = 9;

it('no operation of Secrets Manager takes or answers a stream of events', () => {
  const schemas: unknown[] = Object.values(secretsManager);
  const operations = schemas.filter(
    (schema): schema is StaticOperationSchema => Array.isArray(schema) && schema[0] === OPERATION,
  );
  const streams = operations.map(([, , name, , input, output]) => [
    name,
    NormalizedSchema.of(input).getEventStreamMember(),
    NormalizedSchema.of(output).getEventStreamMember(),
  ]);
  expect(streams).toContainEqual(['GetSecretValue', '', '']);
  expect(streams.filter(([, input, output]) => input !== '' || output !== '')).toEqual([]);
});

it('where one is asked for, the stand-in says what is missing', () => {
  expect(() => new EventStreamSerde()).toThrow('Streams of events are left out of this bundle.');
});
