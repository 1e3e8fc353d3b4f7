import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A database of RDS or Aurora, by where it is reached. */
export interface RdsDatabase {
  /** As the `engine` key of a secret says it. */
  readonly engine: string;
  /**
   * Where it takes changes. A cluster's own endpoint, which follows a failover, comes before that of the instance behind it.
   * None where the database is itself a replica of another.
   */
  readonly writers: readonly Endpoint[];
  /** Where what a writer changed is seen, a while later. */
  readonly readers: readonly Endpoint[];
}

/**
 * An Aurora or Multi-AZ cluster.
 * @param members all its instances
 */
export function clusterDatabase(cluster: DBCluster, members: readonly DBInstance[]): RdsDatabase {
  const { DBClusterMembers = [], ReaderEndpoint, CustomEndpoints = [] } = cluster;
  const writer = DBClusterMembers.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier;
  const isWriter = ({ DBInstanceIdentifier }: DBInstance) => DBInstanceIdentifier === writer;
  return databaseOf({
    engine: cluster.Engine,
    source: cluster.ReplicationSourceIdentifier,
    writers: [endpoint(cluster.Endpoint, cluster.Port), ...members.filter(isWriter).map(endpointOf)],
    readers: [
      // A custom endpoint may lead to the writer as well as to its readers.
      ...[ReaderEndpoint, ...CustomEndpoints].map((host) => endpoint(host, cluster.Port)),
      ...members.filter((member) => !isWriter(member)).map(endpointOf),
    ],
  });
}

/**
 * An instance that belongs to no cluster.
 * @param replicas its read replicas, and theirs
 */
export function instanceDatabase(instance: DBInstance, replicas: readonly DBInstance[]): RdsDatabase {
  return databaseOf({
    engine: instance.Engine,
    source: instance.ReadReplicaSourceDBInstanceIdentifier ?? instance.ReadReplicaSourceDBClusterIdentifier,
    writers: [endpointOf(instance)],
    readers: replicas.map(endpointOf),
  });
}

interface Description {
  readonly engine: string | undefined;
  /** What it is a replica of. */
  readonly source: string | undefined;
  /** An endpoint is missing while its instance is being created. */
  readonly writers: readonly (Endpoint | undefined)[];
  readonly readers: readonly (Endpoint | undefined)[];
}

function databaseOf({ engine = '', source, writers, readers }: Description): RdsDatabase {
  const all = { writers: writers.filter(isThere), readers: readers.filter(isThere) };
  // The API gives no source as "", too.
  if (!source) return { engine, ...all };
  return { engine, writers: [], readers: [...all.writers, ...all.readers] };
}

const isThere = (place: Endpoint | undefined): place is Endpoint => place !== undefined;

function endpointOf({ Endpoint: { Address, Port } = {} }: DBInstance): Endpoint | undefined {
  return endpoint(Address, Port);
}

function endpoint(host: string | undefined, port: number | undefined): Endpoint | undefined {
  return host && port ? { host, port } : undefined;
}
