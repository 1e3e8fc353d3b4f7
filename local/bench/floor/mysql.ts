import { createConnection, escape as literal } from 'mysql2/promise';
import { floorHandler } from './floor.ts';

export const handler = floorHandler({
  async logIn({ host, port, username, password }, statement) {
    const connection = await createConnection({
      ...{ host, port, password, user: username },
      ssl: { ca: process.env['DATABASE_CA'] ?? '', verifyIdentity: true },
      // Or each login makes room for 16,000.
      maxPreparedStatements: 1,
    });
    if (statement !== undefined) await connection.query(statement);
    await connection.end();
  },
  setPassword({ engine, username, password }) {
    const account = `${literal(username)}@'%'`;
    return engine === 'mariadb'
      ? // Its ALTER USER takes a privilege also where one changes oneself.
        `SET PASSWORD FOR ${account} = PASSWORD(${literal(password)})`
      : `ALTER USER ${account} IDENTIFIED BY ${literal(password)}`;
  },
});
