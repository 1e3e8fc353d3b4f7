/**
 * `node server-owner.ts <engine>`: starts a server, prints it as a line of JSON, and stops it when its input
 * closes, which is the orderly end. Tests end it in other ways.
 */
import { once } from 'node:events';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import { startMySql } from '../../local/servers/mysql.ts';
import { startPostgres } from '../../local/servers/postgres.ts';

const START = { postgres: startPostgres, mysql: startMySql, mariadb: startMariaDb };

const engine = process.argv[2] as keyof typeof START;
const running = await START[engine]();
process.stdout.write(`${JSON.stringify(running.server)}\n`);
await once(process.stdin.resume(), 'end');
await Promise.all([running.stop(), running.stop()]);
await running.stop();
