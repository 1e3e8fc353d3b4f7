import { inject } from 'vitest';
import { startMariaDb } from '../../../local/servers/mariadb.ts';
import { testDatabase } from '../../support/test-database.ts';
import { describeEngine } from './engine-conformance.ts';
import { describeConnections } from './engine-connections.ts';

const server = inject('servers').mariadb;

describeEngine(testDatabase(server));
describeConnections(startMariaDb, server);
