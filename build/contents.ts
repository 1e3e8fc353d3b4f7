import type { Metafile } from 'esbuild';

const BYTES_PER_KILOBYTE = 1_000;

/** How large a minified bundle is, and what takes the room. In bytes. */
export interface Contents {
  readonly bytes: number;
  /** By npm package, with our own sources as one of them. The largest first. */
  readonly packages: ReadonlyMap<string, number>;
}

/** What {@link Contents} calls the sources of this repository. */
export const OURS = '(ours)';

export function contentsOf({ outputs }: Metafile, file: string): Contents {
  const { bytes = 0, inputs = {} } = outputs[file] ?? {};
  const packages = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = packageOf(path) ?? OURS;
    packages.set(name, (packages.get(name) ?? 0) + bytesInOutput);
  }
  return { bytes, packages: new Map([...packages].sort(([, one], [, other]) => other - one)) };
}

/** The npm package that a source belongs to, the innermost where one has its own copy of another. */
export function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}

export const kilobytes = (bytes: number): string => (bytes / BYTES_PER_KILOBYTE).toFixed();
