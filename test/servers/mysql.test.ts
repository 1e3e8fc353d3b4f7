import { MYSQL } from '../../local/servers/mysql.ts';
import { describeCleanup } from './cleanup-suite.ts';
import { describeServer } from './server-suite.ts';

describeServer({
  engine: MYSQL,
  version: /^([89]|\d\d+)\.\d+\.\d+/,
  tlsStatement: "SHOW STATUS WHERE Variable_name = 'Ssl_version'",
  noTls: /does not support secure connection/,
  accounts: {
    statement: "SELECT User, Host, plugin, Grant_priv FROM mysql.user WHERE account_locked = 'N'",
    rows: [{ User: 'root', Host: 'localhost', plugin: 'caching_sha2_password', Grant_priv: 'Y' }],
  },
  setting: { name: 'performance_schema', value: 1, statement: 'SELECT @@performance_schema' },
});
describeCleanup('mysql');
