import { type DBInstance, DescribeDBClustersCommand, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRds } from '../../../layers/rotation-core/src/rds.ts';
import { failureOf } from '../support/canaries.ts';
import { rdsApi } from '../support/rds.ts';

const rds = openRds({ remaining: () => 60_000 });

const instance = (id: string, more: DBInstance = {}): DBInstance => ({
  DBInstanceIdentifier: id,
  Engine: 'postgres',
  Endpoint: { Address: `${id}.example`, Port: 5432 },
  ...more,
});
const place = (id: string) => ({ host: `${id}.example`, port: 5432 });

beforeEach(() => {
  rdsApi.reset();
});

describe('RDS', () => {
  it('describes an instance with its replicas, theirs, and those on further pages, but none of another Region', async () => {
    const copies = (...ids: string[]) => ({ Filters: [{ Name: 'db-instance-id', Values: ids }] });
    const one = instance('one', { ReadReplicaDBInstanceIdentifiers: ['a', 'arn:elsewhere', 'b'] });
    rdsApi
      .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: 'one' })
      .resolves({ DBInstances: [one] })
      .on(DescribeDBInstancesCommand, copies('a', 'b'))
      .resolves({ DBInstances: [instance('a', { ReadReplicaDBInstanceIdentifiers: ['c'] })], Marker: 'm' })
      .on(DescribeDBInstancesCommand, { ...copies('a', 'b'), Marker: 'm' })
      .resolves({ DBInstances: [instance('b')] })
      .on(DescribeDBInstancesCommand, copies('c'))
      .resolves({ DBInstances: [instance('c')] });
    expect(await rds.describe({ kind: 'instance', id: 'one' })).toEqual({
      engine: 'postgres',
      writers: [place('one')],
      readers: [place('a'), place('b'), place('c')],
    });
  });

  it.each([
    ['by itself', { kind: 'cluster', id: 'all' }],
    ['by an instance of it', { kind: 'instance', id: 'one' }],
  ] as const)('describes a cluster %s', async (_case, name) => {
    const members = { Filters: [{ Name: 'db-cluster-id', Values: ['all'] }] };
    rdsApi
      .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: 'one' })
      .resolves({ DBInstances: [instance('one', { DBClusterIdentifier: 'all' })] })
      .on(DescribeDBClustersCommand, { DBClusterIdentifier: 'all' })
      .resolves({ DBClusters: [{ Engine: 'aurora-postgresql', Endpoint: 'all.example', Port: 5432 }] })
      .on(DescribeDBInstancesCommand, members)
      .resolves({ DBInstances: [instance('one')] });
    expect(await rds.describe(name)).toEqual({
      engine: 'aurora-postgresql',
      writers: [place('all')],
      readers: [place('one')],
    });
  });

  it.each([
    ['AccessDenied', "Allow the function's role rds:DescribeDBInstances"],
    ['AccessDeniedException', "Allow the function's role rds:DescribeDBInstances"],
    ['DBInstanceNotFoundFault', 'still exists in this account and Region'],
    ['TimeoutError', 'reach the RDS API'],
    ['AbortError', 'reach the RDS API'],
    ['Throttling', 'Secrets Manager tries again by itself'],
  ])('that fails with %s says what to do', async (name, remedy) => {
    rdsApi.onAnyCommand().rejects(Object.assign(new Error('no'), { name }));
    const failure = await failureOf(rds.describe({ kind: 'instance', id: 'one' }));
    expect(failure.name).toBe('RdsFailed');
    expect(failure.message).toContain(`RDS did not carry out DescribeDBInstances (${name})`);
    expect(failure.message).toContain(remedy);
  });

  it.each([
    ['AccessDenied', "Allow the function's role rds:DescribeDBClusters"],
    ['DBClusterNotFoundFault', 'still exists in this account and Region'],
  ])('that fails with %s for a cluster says what to do', async (name, remedy) => {
    rdsApi
      .on(DescribeDBInstancesCommand)
      .resolves({ DBInstances: [] })
      .on(DescribeDBClustersCommand)
      .rejects(Object.assign(new Error('no'), { name }));
    const failure = await failureOf(rds.describe({ kind: 'cluster', id: 'all' }));
    expect(failure.message).toContain(`RDS did not carry out DescribeDBClusters (${name})`);
    expect(failure.message).toContain(remedy);
  });

  it.each([
    ['the client is not there', 'MODULE_NOT_FOUND', 'brings @aws-sdk/client-rds, or add that to the layer'],
    ['the connection is refused', 'ECONNREFUSED', 'Look the cause up in CloudTrail'],
  ])('says what to do when %s', async (_case, code, remedy) => {
    rdsApi.onAnyCommand().rejects(Object.assign(new Error('no'), { code }));
    const failure = await failureOf(rds.describe({ kind: 'instance', id: 'one' }));
    expect(failure.name).toBe('RdsFailed');
    expect(failure.message).toContain(remedy);
  });

  it('is reported as failed when what was thrown is no Error', async () => {
    rdsApi.onAnyCommand().callsFake(() => Promise.reject('a text'));
    const failure = await failureOf(rds.describe({ kind: 'instance', id: 'one' }));
    expect(failure.name).toBe('RdsFailed');
    expect(failure.message).toContain('(unknown)');
  });

  it.each([
    ['instance', 'DescribeDBInstances'],
    ['cluster', 'DescribeDBClusters'],
  ] as const)('that knows no such %s fails as well', async (kind, operation) => {
    rdsApi.onAnyCommand().resolves({});
    const failure = await failureOf(rds.describe({ kind, id: 'gone' }));
    expect(failure.message).toContain(`RDS did not carry out ${operation}`);
    expect(failure.cause).toMatchObject({ message: 'the answer does not tell of gone' });
  });
});
