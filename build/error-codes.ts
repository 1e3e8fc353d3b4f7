import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/**
 * Bundles the names of MySQL's errors, by number, as JSON, which V8 reads in a tenth of the time that mysql2's 4,000 assignments
 * take. The other half of those, the numbers by name, serves pools of connections and servers that are made with mysql2.
 */
export const errorCodes: Plugin = {
  name: 'error-codes',
  setup({ onLoad }) {
    onLoad({ filter: /\/mysql2\/lib\/constants\/errors\.js$/ }, ({ path }) => {
      const codes = Object.entries(require(path)).filter(([key]) => /^\d+$/.test(key));
      const json = JSON.stringify(Object.fromEntries(codes));
      return { contents: `module.exports = JSON.parse(${JSON.stringify(json)});` };
    });
  },
};
