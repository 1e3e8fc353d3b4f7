import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The one instance that it knows. */
export interface Instance {
  readonly arn: string;
  readonly engine: string;
  readonly host: string;
  readonly port: number;
}

/** The RDS API reduced to DescribeDBInstances of one instance, over its own protocol. */
export async function startRdsEndpoint({ arn, engine, host, port }: Instance) {
  const asked: Record<string, string>[] = [];
  const server = createServer(async (request, response) => {
    const query = Object.fromEntries(new URLSearchParams(await text(request)));
    asked.push(query);
    if (query['Action'] !== 'DescribeDBInstances' || query['DBInstanceIdentifier'] !== arn) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', 'text/xml').end(
      `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult>
      <DBInstances><DBInstance>
        <DBInstanceArn>${arn}</DBInstanceArn><Engine>${engine}</Engine>
        <Endpoint><Address>${host}</Address><Port>${port}</Port></Endpoint>
      </DBInstance></DBInstances>
      </DescribeDBInstancesResult></DescribeDBInstancesResponse>`,
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
