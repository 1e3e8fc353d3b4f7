import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import type { DatabaseServer } from '../../local/servers/database-server.ts';

/** The guard removes a server within moments; its own limit for an unwilling one is 5 s. In ms. */
const GONE_TIMEOUT = 10_000;

const children: ChildProcess[] = [];

/** What is left of a server when it or its owner has ended: nothing. */
export function describeCleanup(engine: DatabaseServer['engine']): void {
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it('leaves nothing behind when it is stopped, even twice', async () => {
    const { server, owner } = await startInProcess(engine);
    owner.stdin?.end();
    expect(await once(owner, 'exit')).toEqual([0, null]);
    await expectNothingLeft(server);
  });

  it('leaves nothing behind when its owner is killed', async () => {
    const { server, owner } = await startInProcess(engine);
    expect(await processesOf(server)).not.toEqual([]);
    owner.kill('SIGKILL');
    expect(await once(owner, 'exit')).toEqual([null, 'SIGKILL']);
    await expectNothingLeft(server);
  });
}

/** A server that is owned by a process of its own; see server-owner.ts. */
async function startInProcess(engine: DatabaseServer['engine']) {
  const script = fileURLToPath(new URL('server-owner.ts', import.meta.url));
  const owner = spawn(process.execPath, [script, engine], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(owner);
  const [line] = await once(createInterface({ input: owner.stdout }), 'line');
  const server: DatabaseServer = JSON.parse(String(line));
  return { server, owner };
}

async function expectNothingLeft(server: DatabaseServer): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await processesOf(server)).toEqual([]);
      expect(existsSync(dirname(server.errorLog))).toBe(false);
    },
    { timeout: GONE_TIMEOUT, interval: 50 },
  );
}

/** The server's processes all name its folder or, as PostgreSQL's helpers do, have one that does as parent. */
async function processesOf(server: DatabaseServer): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const processes = [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, pid, parent, args = '']) => {
    return { pid, parent, args };
  });
  const main = processes.filter(({ args }) => args.includes(dirname(server.errorLog)));
  const helpers = processes.filter(({ parent }) => main.some(({ pid }) => pid === parent));
  return [...main, ...helpers].map(({ args }) => args);
}
