import { inject } from 'vitest';
import { startPostgres } from '../../../local/servers/postgres.ts';
import { testDatabase } from '../../support/test-database.ts';
import { describeEngine } from './engine-conformance.ts';
import { describeConnections } from './engine-connections.ts';

const server = inject('servers').postgres;

describeEngine(testDatabase(server));
describeConnections(startPostgres, server);
