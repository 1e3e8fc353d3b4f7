import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PARTS } from '../../../build/package-parts.ts';

const PACKAGES = join(import.meta.dirname, '../../../node_modules');

/**
 * What stood in each file, as the beginning of its SHA-256, when somebody last read it and found that its replacement is enough.
 * After an update that changes one: read it again, and the places that ask for it.
 */
const READ: Readonly<Record<string, string>> = {
  '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/loadSharedConfigFiles.js':
    '6254ceb3bfa2d608',
  '@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js':
    'da6d439b0eb4d93a',
  '@smithy/core/dist-es/submodules/serde/util-stream/stream-type-check.js': '23dd8d4e6bf7ab9f',
  '@smithy/core/dist-es/submodules/retry/middleware-retry/isStreamingPayload/isStreamingPayload.js':
    '1f2d9e568bb9f70b',
  '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js': '54d26649ccb5c6f5',
  'pg/esm/index.mjs': '5ef4d06556eeb775',
  'pgpass/lib/index.js': 'cc95b8ef6c32a9af',
  'pg-connection-string/index.js': 'd8c0ca43dc70daf0',
  'mysql2/index.js': '78d7a515983bd3f2',
  'long/umd/index.js': 'ea6da8d5fff04abc',
  'mysql2/lib/create_pool.js': '55cd1b7a5a9e70b2',
  'mysql2/lib/create_pool_cluster.js': '49bc050d0756c0b2',
  'mysql2/lib/pool_cluster.js': 'd1edb17a638cd7a3',
  'mysql2/lib/promise/pool.js': '681df5847735c8e9',
  'mysql2/lib/promise/pool_cluster.js': 'eec8861bd3a02906',
  'mysql2/lib/promise/pool_connection.js': 'a001cca337a8af64',
};

it('no other files are replaced', () => {
  expect(Object.keys(PARTS)).toEqual(Object.keys(READ));
});

it.each(Object.entries(READ))('%s is what it was when it was read', async (file, digest) => {
  const text = await readFile(join(PACKAGES, file));
  expect(createHash('sha256').update(text).digest('hex').slice(0, digest.length)).toBe(digest);
});
