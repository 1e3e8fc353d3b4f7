import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { clusterDatabase, instanceDatabase } from '../../../layers/rotation-core/src/rds-database.ts';

const instance = (id: string, more: DBInstance = {}): DBInstance => ({
  DBInstanceIdentifier: id,
  Engine: 'mysql',
  Endpoint: { Address: `${id}.example`, Port: 3306 },
  ...more,
});

const CLUSTER: DBCluster = {
  Engine: 'aurora-postgresql',
  Endpoint: 'writer.example',
  ReaderEndpoint: 'reader.example',
  CustomEndpoints: ['reports.example'],
  Port: 5432,
  DBClusterMembers: [
    { DBInstanceIdentifier: 'one', IsClusterWriter: false },
    { DBInstanceIdentifier: 'two', IsClusterWriter: true },
  ],
};

describe('a cluster', () => {
  it('takes changes at its endpoint and at its writer, and shows them everywhere else', () => {
    expect(clusterDatabase(CLUSTER, [instance('one'), instance('two')])).toEqual({
      engine: 'aurora-postgresql',
      writers: [
        { host: 'writer.example', port: 5432 },
        { host: 'two.example', port: 3306 },
      ],
      readers: [
        { host: 'reader.example', port: 5432 },
        { host: 'reports.example', port: 5432 },
        { host: 'one.example', port: 3306 },
      ],
    });
  });

  it('that replicates another takes changes nowhere', () => {
    const database = clusterDatabase({ ...CLUSTER, ReplicationSourceIdentifier: 'arn:other' }, []);
    expect(database.writers).toEqual([]);
    expect(database.readers).toContainEqual({ host: 'writer.example', port: 5432 });
  });

  it('without readers has its own endpoint only', () => {
    const { writers, readers } = clusterDatabase({ Endpoint: 'writer.example', Port: 5432 }, []);
    expect(writers).toEqual([{ host: 'writer.example', port: 5432 }]);
    expect(readers).toEqual([]);
  });

  it('whose engine RDS leaves out has none, as a secret without one', () => {
    expect(clusterDatabase({ Endpoint: 'writer.example', Port: 5432 }, []).engine).toBe('');
  });
});

describe('an instance', () => {
  it('takes changes that its replicas show, each at a port of its own', () => {
    const replica = instance('copy', { Endpoint: { Address: 'copy.example', Port: 3307 } });
    expect(instanceDatabase(instance('one'), [replica])).toEqual({
      engine: 'mysql',
      writers: [{ host: 'one.example', port: 3306 }],
      readers: [{ host: 'copy.example', port: 3307 }],
    });
  });

  it.each([
    ['an instance', { ReadReplicaSourceDBInstanceIdentifier: 'one' }],
    ['a cluster', { ReadReplicaSourceDBClusterIdentifier: 'all' }],
  ])('that replicates %s takes changes nowhere', (_source, more) => {
    expect(instanceDatabase(instance('copy', more), [])).toMatchObject({
      writers: [],
      readers: [{ host: 'copy.example', port: 3306 }],
    });
  });

  it('that is being created is reached nowhere yet', () => {
    const created = (id: string) => instance(id, { Endpoint: {} });
    expect(instanceDatabase(instance('one'), [created('copy')]).readers).toEqual([]);
    expect(instanceDatabase(created('one'), [instance('copy')]).writers).toEqual([]);
  });
});
