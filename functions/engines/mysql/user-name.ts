import { UserNameRefused } from '@rotation/core';

/** The longest user name, in characters. MySQL: mysql.user.User is CHAR(32). MariaDB: 80 since 10.0. */
const LONGEST_NAME = { mysql: 32, mariadb: 80 } as const;

export function assertUsername(username: string, secretEngine: string): void {
  const limit = secretEngine === 'mariadb' ? LONGEST_NAME.mariadb : LONGEST_NAME.mysql;
  // Counted as the server does, in characters and not in UTF-16 units.
  if ([...username].length > limit) {
    throw new UserNameRefused(username, `is longer than the ${limit} characters that the server allows`);
  }
}
