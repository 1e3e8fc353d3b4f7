import { MARIADB } from '../../local/servers/mariadb.ts';
import { describeCleanup } from './cleanup-suite.ts';
import { describeServer } from './server-suite.ts';

describeServer({
  engine: MARIADB,
  version: /^\d\d\.\d+\.\d+-MariaDB/,
  tlsStatement: "SHOW STATUS WHERE Variable_name = 'Ssl_version'",
  noTls: /does not support secure connection/,
  accounts: {
    statement: `SELECT u.User, u.Host, u.plugin, u.Grant_priv
      FROM mysql.user u JOIN mysql.global_priv g USING (User, Host)
      WHERE COALESCE(JSON_VALUE(g.Priv, '$.account_locked'), 0) <> 1`,
    rows: [{ User: 'root', Host: 'localhost', plugin: 'mysql_native_password', Grant_priv: 'Y' }],
  },
  setting: { name: 'performance_schema', value: 1, statement: 'SELECT @@performance_schema' },
});
describeCleanup('mariadb');
