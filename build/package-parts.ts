import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/** Connections are opened one by one. */
const POOL = 'module.exports = class {};';

/** Files of packages that a function in Lambda needs little of, each with what is bundled in its place and why that is enough. */
export const PARTS: Readonly<Record<string, string>> = {
  // Settings are in the environment, as credentials are: a function has no home with ~/.aws.
  '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/loadSharedConfigFiles.js': `
    export { CONFIG_PREFIX_SEPARATOR } from './constants';
    export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  // Lambda gives the region in the environment. Elsewhere, who gives none is told so at once.
  '@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js':
    'export const getInstanceMetadataRegion = async () => undefined;',
  // Bodies are strings and Node's own streams. Whether one is a stream of the Web is asked by loading those.
  '@smithy/core/dist-es/submodules/serde/util-stream/stream-type-check.js':
    'export const isReadableStream = () => false; export const isBlob = () => false;',
  // Asks the same before a call is tried again. A string can be sent twice.
  '@smithy/core/dist-es/submodules/retry/middleware-retry/isStreamingPayload/isStreamingPayload.js':
    'export const isStreamingPayload = () => false;',
  // Without it the SDK hashes with Node's crypto, which every Node of Lambda has.
  '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js': 'export const Sha256Js = undefined;',
  // All of it that is used here: no pool, and not the native binding, which nobody installs.
  'pg/esm/index.mjs': `
    import Client from '../lib/client.js';
    import { escapeIdentifier, escapeLiteral } from '../lib/utils.js';
    import { DatabaseError } from 'pg-protocol';
    export default { Client, DatabaseError, escapeIdentifier, escapeLiteral };`,
  // Asked for a password where a login has none. Ours has one.
  'pgpass/lib/index.js': 'module.exports = (_, found) => found();',
  // Asked for where a login is a string. Ours is an object.
  'pg-connection-string/index.js': 'exports.parse = undefined;',
  // All of it that is used here. Connections come from mysql2/promise.
  'mysql2/index.js': "exports.escape = require('sql-escaper').escape;",
  // What mysql2 asks of it: the digits of a number that is too large for JavaScript's, or the nearest of those. The package
  // compiles WebAssembly first.
  'long/umd/index.js': `
    module.exports = class {
      constructor(low, high, unsigned) {
        const bits = (BigInt(high) << 32n) | BigInt(low);
        this.value = unsigned ? bits : BigInt.asIntN(64, bits);
      }
      toNumber() {
        return Number(this.value);
      }
      toString() {
        return String(this.value);
      }
    };`,
  'mysql2/lib/create_pool.js': POOL,
  'mysql2/lib/create_pool_cluster.js': POOL,
  'mysql2/lib/pool_cluster.js': POOL,
  'mysql2/lib/promise/pool.js': POOL,
  'mysql2/lib/promise/pool_cluster.js': POOL,
  'mysql2/lib/promise/pool_connection.js': POOL,
};

const FILE_OF_PACKAGE = /.*\/node_modules\/(?<file>.+)$/;

export const packageParts: Plugin = {
  name: 'package-parts',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/.*\.m?js$/ }, ({ path }) => {
      const contents = PARTS[FILE_OF_PACKAGE.exec(path)?.groups?.['file'] ?? ''];
      return contents === undefined ? undefined : { contents, resolveDir: dirname(path) };
    });
  },
};
