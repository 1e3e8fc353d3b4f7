import { readFileSync, statSync } from 'node:fs';
import type { DatabaseServer } from './database-server.ts';

/** A place in a log file, in bytes from its start: the end of the log as it is now. */
export function logPosition(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was written to a log file after a place. A file that does not exist yet is empty. */
export function logSince(path: string, position: number): string {
  if (logPosition(path) <= position) return '';
  return readFileSync(path).subarray(position).toString('utf8');
}

/**
 * How a rejected password stands in each server's error log. The start of the line is part of it: in
 * PostgreSQL's log, statements follow, and they can hold any text.
 */
const REJECTED_LOGIN: Record<DatabaseServer['engine'], RegExp> = {
  postgres: /^\S+ \S+ UTC \[\d+\] \S*FATAL: {2}password authentication failed for user "(.*)"$/gm,
  mysql:
    /^\S+ \d+ \[Note\] \[MY-\d+\] \[Server\] Access denied for user '(.*)'@'.*' \(using password: .*\)$/gm,
  mariadb: /^\S+ +\S+ \d+ \[Warning\] Access denied for user '(.*)'@'.*' \(using password: .*\)$/gm,
};

/**
 * How many logins the server has rejected for their password since `position` in its error log, of all users
 * or of one. Every server writes the line before it answers the client: nothing has to be waited for.
 */
export function failedLogins(server: DatabaseServer, position: number, username?: string): number {
  const users = logSince(server.errorLog, position).matchAll(REJECTED_LOGIN[server.engine]);
  return [...users].filter(([, user]) => username === undefined || user === username).length;
}
