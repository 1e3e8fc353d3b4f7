import {
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  type ListSecretVersionIdsResponse,
} from '@aws-sdk/client-secrets-manager';
import { parseEvent } from '@rotation/core';
import { describe, expect, it } from 'vitest';
import { openSecretStore } from '../../../layers/rotation-core/src/secret-store.ts';
import { failureOf } from '../support/canaries.ts';
import { rotationEvent, SECRET_ARN, SUPERUSER_ARN } from '../support/rotation-event.ts';
import { service } from '../support/secrets-manager.ts';

const store = () => openSecretStore(parseEvent(rotationEvent('setSecret')), { remaining: () => 60_000 });
const hour = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours));

/** Makes the service answer these pages, one after the other, and has it ask for each by its token. */
function servePages(...pages: ListSecretVersionIdsResponse[]): void {
  service.reset();
  for (const [index, page] of pages.entries()) {
    const NextToken = index === 0 ? undefined : pages[index - 1]?.NextToken;
    service.on(ListSecretVersionIdsCommand, { NextToken }).resolves(page);
  }
}

const asked = () => service.commandCalls(ListSecretVersionIdsCommand).map(({ args }) => args[0].input);

describe('the versions without a label', () => {
  it('are those of every page, the newest first, whatever page they are on', async () => {
    servePages(
      {
        Versions: [
          { VersionId: 'v2', CreatedDate: hour(2) },
          { VersionId: 'v5', CreatedDate: hour(5) },
        ],
        NextToken: 'page 2',
      },
      { Versions: [], NextToken: 'page 3' },
      { NextToken: 'page 4' },
      {
        Versions: [
          { VersionId: 'v3', CreatedDate: hour(3) },
          { VersionId: 'v10', CreatedDate: hour(10) },
        ],
      },
    );
    expect(await store().unlabelled()).toEqual(['v10', 'v5', 'v3', 'v2']);
    expect(asked()).toEqual([
      { SecretId: SECRET_ARN, IncludeDeprecated: true, NextToken: undefined },
      { SecretId: SECRET_ARN, IncludeDeprecated: true, NextToken: 'page 2' },
      { SecretId: SECRET_ARN, IncludeDeprecated: true, NextToken: 'page 3' },
      { SecretId: SECRET_ARN, IncludeDeprecated: true, NextToken: 'page 4' },
    ]);
  });

  it('have no label at all, not even one of somebody else’s', async () => {
    servePages({
      Versions: [
        { VersionId: 'v1', CreatedDate: hour(1), VersionStages: [] },
        { VersionId: 'v2', CreatedDate: hour(2) },
        { VersionId: 'v3', CreatedDate: hour(3), VersionStages: ['AWSPREVIOUS'] },
        { VersionId: 'v4', CreatedDate: hour(4), VersionStages: ['AWSCURRENT', 'blue'] },
        { VersionId: 'v5', CreatedDate: hour(5), VersionStages: ['AWSPENDING'] },
        { VersionId: 'v6', CreatedDate: hour(6), VersionStages: ['blue'] },
      ],
    });
    expect(await store().unlabelled()).toEqual(['v2', 'v1']);
  });

  it('may be none', async () => {
    servePages({});
    expect(await store().unlabelled()).toEqual([]);
    expect(asked()).toHaveLength(1);
  });
});

describe('the tags of another secret', () => {
  it('are read by their keys, and asked for by its name', async () => {
    service.reset();
    service.on(DescribeSecretCommand, { SecretId: SUPERUSER_ARN }).resolves({
      Tags: [
        { Key: 'team', Value: 'orders' },
        { Key: 'aws:rds:primaryDBInstanceArn', Value: 'arn:db' },
        { Key: 'empty' },
      ],
    });
    expect([...(await store().tagsOf(SUPERUSER_ARN))]).toEqual([
      ['team', 'orders'],
      ['aws:rds:primaryDBInstanceArn', 'arn:db'],
      ['empty', ''],
    ]);
  });

  it('may be none', async () => {
    service.reset();
    service.on(DescribeSecretCommand).resolves({});
    expect((await store().tagsOf(SUPERUSER_ARN)).size).toBe(0);
  });

  it('fail by the call’s name when they cannot be read', async () => {
    service.reset();
    service.on(DescribeSecretCommand).rejects(new Error('cut off'));
    const failure = await failureOf(store().tagsOf(SUPERUSER_ARN));
    expect(failure.message).toContain('Secrets Manager did not carry out DescribeSecret (Error).');
  });
});
