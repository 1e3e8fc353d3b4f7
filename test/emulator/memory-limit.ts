import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const BYTES_PER_MEGABYTE = 1024 * 1024;

/** Writable and executable: where V8 puts machine code. */
const CODE_MAPPING = /^([0-9a-f]+)-([0-9a-f]+) rwxp /gm;
const PRINT_MAPPINGS = 'process.stdout.write(fs.readFileSync("/proc/self/maps"))';

/**
 * The option of prlimit (util-linux) by which the system refuses a Node process more memory than this, without root. What the
 * process asks for counts, used or not. But V8 asks for far more room for machine code than it ever uses: that much is let through.
 * Files in memory, such as Node's own, do not count either; they do in the peak memory that is compared with the same number.
 */
export async function memoryLimit(megabytes: number): Promise<string> {
  return `--data=${megabytes * BYTES_PER_MEGABYTE + (await roomForCode())}`;
}

/** In bytes. */
async function roomForCode(): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PRINT_MAPPINGS]);
  return [...stdout.matchAll(CODE_MAPPING)].reduce(
    (sum, [, start = '', end = '']) => sum + Number.parseInt(end, 16) - Number.parseInt(start, 16),
    0,
  );
}
