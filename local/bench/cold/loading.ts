/*
 * The process of `npm run bench:cold`: loads modules of Node and then a layer and a function by require(), as Lambda's runtime
 * does, and tells the CPU time of each, of all threads, in ms.
 */

/** What to load, in this order, as its only argument in JSON. */
export interface LoadingOrder {
  /** Modules of Node, by what they are told as. */
  readonly modules: readonly { readonly name: string; readonly ids: readonly string[] }[];
  /** The code to be measured, the layer first. */
  readonly code: readonly string[];
}

export interface LoadingTimes {
  readonly start: number;
  readonly modules: Readonly<Record<string, number>>;
  readonly code: number;
  /** The public modules of Node that are loaded by now. */
  readonly loaded: readonly string[];
}

const order = JSON.parse(process.argv[2] ?? '') as LoadingOrder;
let told = 0;

const start = sinceTold();
const modules: Record<string, number> = {};
for (const { name, ids } of order.modules) {
  for (const id of ids) require(id);
  modules[name] = sinceTold();
}
loadCode();
const code = sinceTold();
const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
const { builtinModules } = require('node:module') as { readonly builtinModules: readonly string[] };
const loaded = builtinModules.filter((id) => moduleLoadList.includes(`NativeModule ${id}`));
process.stdout.write(JSON.stringify({ start, modules, code, loaded } satisfies LoadingTimes));

/** The profile is told apart by this name. */
function loadCode(): void {
  for (const path of order.code) require(path);
}

function sinceTold(): number {
  const { user, system } = process.cpuUsage();
  const now = (user + system) / 1_000;
  const time = now - told;
  told = now;
  return time;
}
