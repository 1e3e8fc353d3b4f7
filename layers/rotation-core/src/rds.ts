import type { DBInstance, DescribeDBInstancesCommandInput, RDS } from '@aws-sdk/client-rds';
import { type Deadline, within } from './deadline.ts';
import { RdsFailed } from './errors.ts';
import { clusterDatabase, instanceDatabase, type RdsDatabase } from './rds-database.ts';

/** What RDS calls a database by. */
export interface RdsName {
  readonly kind: 'instance' | 'cluster';
  /** An identifier or an ARN. */
  readonly id: string;
}

/** The databases of this account and Region. The one place that talks to RDS. */
export interface RdsDirectory {
  /** @throws RdsFailed */
  describe(name: RdsName): Promise<RdsDatabase>;
}

type Operation = 'DescribeDBClusters' | 'DescribeDBInstances';
type CallOptions = Readonly<Record<'abortSignal', AbortSignal>>;

/** Longer than any healthy call, short enough to leave time to say what went wrong. In ms, retries included. */
const CALL_LIMIT = 10_000;

/** The RDS API as one invocation uses it. Most never do, so that it is loaded by the first call. */
export function openRds(deadline: Deadline): RdsDirectory {
  async function ask<T>(
    operation: Operation,
    call: (api: RDS, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    try {
      const abortSignal = AbortSignal.timeout(within(deadline, CALL_LIMIT));
      return await call(await loadApi(), { abortSignal });
    } catch (error) {
      throw failure(operation, error);
    }
  }

  async function cluster(id: string): Promise<RdsDatabase> {
    const [{ DBClusters = [] }, members] = await Promise.all([
      ask('DescribeDBClusters', (api, options) =>
        api.describeDBClusters({ DBClusterIdentifier: id }, options),
      ),
      instances({ Filters: [{ Name: 'db-cluster-id', Values: [id] }] }),
    ]);
    const [description = missing('DescribeDBClusters', id)] = DBClusters;
    return clusterDatabase(description, members);
  }

  async function instance(id: string): Promise<RdsDatabase> {
    const [description = missing('DescribeDBInstances', id)] = await instances({ DBInstanceIdentifier: id });
    if (description.DBClusterIdentifier) return cluster(description.DBClusterIdentifier);
    return instanceDatabase(description, await replicasOf([description]));
  }

  /** Their read replicas, and the replicas of those, and so on. */
  async function replicasOf(sources: readonly DBInstance[]): Promise<DBInstance[]> {
    const ids = sources
      .flatMap(({ ReadReplicaDBInstanceIdentifiers = [] }) => ReadReplicaDBInstanceIdentifiers)
      // One in another Region is listed by its ARN, and the API of this Region does not know it.
      .filter((id) => !id.startsWith('arn:'));
    if (ids.length === 0) return [];
    const replicas = await instances({ Filters: [{ Name: 'db-instance-id', Values: ids }] });
    return [...replicas, ...(await replicasOf(replicas))];
  }

  async function instances(input: DescribeDBInstancesCommandInput): Promise<DBInstance[]> {
    const found: DBInstance[] = [];
    let Marker: string | undefined;
    do {
      const page = await ask('DescribeDBInstances', (api, options) =>
        api.describeDBInstances({ ...input, Marker }, options),
      );
      found.push(...(page.DBInstances ?? []));
      Marker = page.Marker;
    } while (Marker);
    return found;
  }

  return { describe: ({ kind, id }) => (kind === 'cluster' ? cluster(id) : instance(id)) };
}

/** Shared by all invocations, so that a warm function keeps its connection. */
let sharedApi: RDS | undefined;

/** Not a part of the layer: Lambda's Node.js runtimes bring the whole SDK, and few rotations need this client. */
async function loadApi(): Promise<RDS> {
  const sdk = await import('@aws-sdk/client-rds');
  sharedApi ??= new sdk.RDS({});
  return sharedApi;
}

function missing(operation: Operation, id: string): never {
  throw failure(operation, new Error(`the answer does not tell of ${id}`));
}

function failure(operation: Operation, error: unknown): RdsFailed {
  return new RdsFailed(operation, remedyFor(operation, error), error);
}

function remedyFor(operation: Operation, error: unknown): string {
  if (!(error instanceof Error)) return 'Report it.';
  if ('code' in error && error.code === 'MODULE_NOT_FOUND') {
    return 'Run the function on a Node.js runtime of Lambda, which brings @aws-sdk/client-rds, or add that to the layer.';
  }
  switch (error.name) {
    case 'AccessDenied':
    case 'AccessDeniedException':
      return `Allow the function's role rds:${operation}, as the template does with its parameter UseRdsApi.`;
    case 'DBInstanceNotFoundFault':
    case 'DBClusterNotFoundFault':
      return 'Check that the database of the superuser secret still exists in this account and Region.';
    case 'AbortError':
    case 'TimeoutError':
      return "Check that the function's subnets reach the RDS API, through an interface endpoint or a NAT gateway.";
    default:
      return 'Look the cause up in CloudTrail; Secrets Manager tries again by itself.';
  }
}
