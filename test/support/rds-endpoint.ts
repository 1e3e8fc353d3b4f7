import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One that it knows. */
interface Database {
  readonly kind: 'instance' | 'cluster';
  readonly arn: string;
  readonly engine: string;
  readonly host: string;
  readonly port: number;
}

type Query = Readonly<Record<string, string>>;

/** The RDS API reduced to what it says of an instance or a cluster, over its own protocol. It does not list a cluster's members. */
export async function startRdsEndpoint(databases: readonly Database[]) {
  const asked: Query[] = [];
  const server = createServer(async (request, response) => {
    const query = Object.fromEntries(new URLSearchParams(await text(request)));
    asked.push(query);
    const answer = answerTo(query, databases);
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { Action } = query;
    response
      .setHeader('Content-Type', 'text/xml')
      .end(
        `<${Action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${Action}Result>${answer}</${Action}Result></${Action}Response>`,
      );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What it was asked, by the parameters of each call. */
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Undefined when it cannot say. */
function answerTo(query: Query, databases: readonly Database[]): string | undefined {
  const {
    Action,
    DBInstanceIdentifier: instanceId,
    DBClusterIdentifier: clusterId,
    'Filters.Filter.1.Name': filter,
  } = query;
  const find = (kind: Database['kind'], arn: string | undefined) =>
    databases.find((database) => database.kind === kind && database.arn === arn);
  if (Action === 'DescribeDBInstances') {
    if (filter === 'db-cluster-id') return '<DBInstances/>';
    const instance = find('instance', instanceId);
    return instance && `<DBInstances>${instanceXml(instance)}</DBInstances>`;
  }
  const cluster = Action === 'DescribeDBClusters' ? find('cluster', clusterId) : undefined;
  return cluster && `<DBClusters>${clusterXml(cluster)}</DBClusters>`;
}

function instanceXml({ arn, engine, host, port }: Database): string {
  return `<DBInstance>
    <DBInstanceArn>${arn}</DBInstanceArn><Engine>${engine}</Engine>
    <Endpoint><Address>${host}</Address><Port>${port}</Port></Endpoint>
  </DBInstance>`;
}

function clusterXml({ arn, engine, host, port }: Database): string {
  return `<DBCluster>
    <DBClusterArn>${arn}</DBClusterArn><Engine>${engine}</Engine><Endpoint>${host}</Endpoint><Port>${port}</Port>
  </DBCluster>`;
}
