import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is unpacked in Lambda. */
export interface ArtifactSize {
  readonly artifact: string;
  /** Of the code that is loaded, in bytes. */
  readonly code: number;
  /** Which only a step that fails reads. In bytes. */
  readonly sourceMaps: number;
  /** Of everything else, such as certificates. In bytes. */
  readonly data: number;
}

export async function sizeOf(artifact: string, folder: string): Promise<ArtifactSize> {
  let code = 0;
  let sourceMaps = 0;
  let data = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { size } = await stat(join(entry.parentPath, entry.name));
    if (/\.[cm]?js$/.test(entry.name)) code += size;
    else if (entry.name.endsWith('.map')) sourceMaps += size;
    else data += size;
  }
  return { artifact, code, sourceMaps, data };
}
