import { readFileSync } from 'node:fs';

const KILOBYTE = 1024;

/**
 * The most memory that a running process has had resident, in bytes; undefined of one that has ended, and where the system has
 * no /proc. What getrusage says would include the process that started it.
 */
export function peakMemory(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(statusOf(pid))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * KILOBYTE;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
