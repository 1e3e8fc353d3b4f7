import { inject } from 'vitest';
import { startMySql } from '../../../local/servers/mysql.ts';
import { testDatabase } from '../../support/test-database.ts';
import { describeEngine } from './engine-conformance.ts';
import { describeConnections } from './engine-connections.ts';

const server = inject('servers').mysql;

describeEngine(testDatabase(server));
describeConnections(startMySql, server);
