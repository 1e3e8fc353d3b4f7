/* The table that every application of the demo has, in SQL that all engines take. */

export const CREATE_TABLE = (application: string): string =>
  `CREATE TABLE ${application}.orders (id int PRIMARY KEY, item varchar(40) NOT NULL)`;

export const FILL_TABLE = (application: string): string =>
  `INSERT INTO ${application}.orders (id, item) VALUES (1, 'apples'), (2, 'pears'), (3, 'quinces')`;

/** What the client asks after each login. */
export const COUNT_ROWS = (application: string): string => `SELECT count(*) AS n FROM ${application}.orders`;
