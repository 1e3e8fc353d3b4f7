import pg from 'pg';
import { floorHandler } from './floor.ts';

export const handler = floorHandler({
  async logIn({ host, port, username, password }, statement) {
    const client = new pg.Client({
      ...{ host, port, user: username, password, database: 'postgres' },
      ssl: { ca: process.env['DATABASE_CA'] },
    });
    await client.connect();
    if (statement !== undefined) await client.query(statement);
    await client.end();
  },
  setPassword: ({ username, password }) =>
    `ALTER ROLE ${pg.escapeIdentifier(username)} PASSWORD ${pg.escapeLiteral(password)}`,
});
