import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';
import { buildAll } from '../../../build.ts';
import { createGuardedFolder } from '../../servers/guarded-folder.ts';
import { type Machine, thisMachine } from '../machine.ts';
import { type Spread, spreadOf } from '../spread.ts';
import type { ColdOptions } from './arguments.ts';
import { attribute, type CpuProfile, type ProfiledBundle } from './attribution.ts';
import { charactersBySource, readCodeMap } from './code-map.ts';
import type { LoadingOrder, LoadingTimes } from './loading.ts';
import { type Artifact, CODE_PARTS, type CodePart, partOf } from './parts.ts';

/** Modules of Node that take long, in the order in which they are loaded here: a later one needs less. */
const MODULES = ['crypto', 'https', 'http2'] as const;
export const NODE_PARTS = ['start', ...MODULES, 'other modules'] as const;
export type NodePart = (typeof NODE_PARTS)[number];

/** What loading one function takes. */
export interface LoadingCost {
  /** In ms of CPU time. */
  readonly node: Readonly<Record<NodePart, Spread>>;
  /** All of ours and its packages, in ms of CPU time. */
  readonly code: Spread;
  /** Shares of `code`, which add up to 1. */
  readonly shares: Readonly<Record<CodePart | 'reading', number>>;
  /** In bytes. */
  readonly sizes: Readonly<Record<CodePart, number>>;
}

export type State = 'before' | 'now';

export interface ColdResult {
  readonly machine: Machine;
  readonly date: string;
  readonly repeat: number;
  readonly functions: readonly {
    readonly name: string;
    readonly costs: Readonly<Partial<Record<State, LoadingCost>>>;
  }[];
}

const FUNCTIONS = ['postgres-single-user', 'mysql-single-user'] as const;
const ARTIFACTS = ['layer', 'function'] as const satisfies readonly Artifact[];
const LAYER = 'nodejs/node_modules/@rotation/core';
/** As template.yaml has it in either state: before, Node read the source maps with the code. */
const NODE_OPTIONS: Readonly<Record<State, string>> = { before: '--enable-source-maps', now: '' };
/** Between two samples of a profile, in µs: small parts take a millisecond. */
const SAMPLING_INTERVAL = 100;
const run = promisify(execFile);

/** What one function loads, as it is deployed and as it is profiled. */
interface Subject {
  readonly name: string;
  readonly state: State;
  readonly deployed: Folders;
  readonly profiled: Folders;
  readonly bundles: readonly ProfiledBundle[];
  readonly order: Omit<LoadingOrder, 'code'>;
  readonly times: LoadingTimes[];
  readonly samples: Map<CodePart | 'reading', number>;
}

type Folders = Readonly<Record<Artifact, string>>;

/** @param tell is given a line for each thing that is done */
export async function runCold(
  { before, repeat }: Pick<ColdOptions, 'before' | 'repeat'>,
  tell: (line: string) => void,
): Promise<ColdResult> {
  // Outside the repository, whose node_modules Node would otherwise search before the layer.
  const folder = await createGuardedFolder(join(tmpdir(), 'secrets-rotation-cold-'));
  try {
    const loading = join(folder.path, 'loading.cjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'loading.ts')],
      outfile: loading,
      format: 'cjs',
      platform: 'node',
    });
    const dist = (state: State) => join(folder.path, state);
    await buildAll(dist('now'));
    if (before !== undefined) await cp(before, dist('before'), { recursive: true });
    const states: readonly State[] = before === undefined ? ['now'] : ['before', 'now'];
    const subjects: Subject[] = [];
    for (const name of FUNCTIONS) {
      for (const state of states)
        subjects.push(await prepare(loading, folder.path, name, state, dist(state)));
    }
    for (let round = 0; round < repeat; round++) {
      // In turn, so that whatever else the machine does meets all of them alike.
      for (const subject of subjects) await measure(loading, folder.path, subject);
      tell(`${round + 1} of ${repeat}`);
    }
    return {
      machine: thisMachine(),
      date: new Date().toISOString().slice(0, 10),
      repeat,
      functions: await Promise.all(
        FUNCTIONS.map(async (name) => {
          const ofName = subjects.filter((subject) => subject.name === name);
          const costs = await Promise.all(
            ofName.map(async (subject) => [subject.state, await costOf(subject)] as const),
          );
          return { name, costs: Object.fromEntries(costs) };
        }),
      ),
    };
  } finally {
    await folder.remove();
  }
}

async function prepare(
  loading: string,
  folder: string,
  name: string,
  state: State,
  dist: string,
): Promise<Subject> {
  const deployed = { layer: join(dist, 'layer'), function: join(dist, 'functions', name) };
  const copy = join(folder, 'profiled', state, name);
  const profiled = { layer: join(copy, 'layer'), function: join(copy, 'function') };
  const bundles = await Promise.all(
    ARTIFACTS.map((artifact) => unfold(artifact, bundleOf(artifact, deployed), bundleOf(artifact, profiled))),
  );
  const { loaded } = await load(loading, deployed, state, { modules: [] });
  const others = loaded.filter((id) => MODULES.every((known) => known !== id));
  const order = {
    modules: [
      ...MODULES.map((id) => ({ name: id, ids: loaded.includes(id) ? [id] : [] })),
      { name: 'other modules', ids: others },
    ],
  };
  return { name, state, deployed, profiled, bundles, order, times: [], samples: new Map() };
}

const bundleOf = (artifact: Artifact, folders: Folders) =>
  join(folders[artifact], artifact === 'layer' ? LAYER : '', 'index.js');

/** Writes a bundle again, with each statement on a line of its own. */
async function unfold(artifact: Artifact, from: string, to: string): Promise<ProfiledBundle> {
  const map = Buffer.from(await readFile(`${from}.map`)).toString('base64');
  const code = (await readFile(from, 'utf8')).replace(
    /\/\/# sourceMappingURL=.*/,
    `//# sourceMappingURL=data:application/json;base64,${map}`,
  );
  const unfolded = await transform(code, { sourcemap: 'external', sourcesContent: false });
  await mkdir(join(to, '..'), { recursive: true });
  // Where Node reads the map with the code, that is part of loading.
  await writeFile(to, `${unfolded.code}//# sourceMappingURL=index.js.map\n`);
  await writeFile(`${to}.map`, unfolded.map);
  return { artifact, url: pathToFileURL(to).href, map: readCodeMap(unfolded.map) };
}

async function measure(loading: string, folder: string, subject: Subject): Promise<void> {
  const { state, deployed, profiled, bundles, order, times, samples } = subject;
  times.push(await load(loading, deployed, state, order));
  const profiles = join(folder, 'profiles');
  await load(loading, profiled, state, order, [
    '--cpu-prof',
    `--cpu-prof-dir=${profiles}`,
    `--cpu-prof-interval=${SAMPLING_INTERVAL}`,
  ]);
  for (const name of await readdir(profiles)) {
    const profile = JSON.parse(await readFile(join(profiles, name), 'utf8')) as CpuProfile;
    const { parts, reading } = attribute(profile, bundles, 'loadCode');
    for (const [part, count] of [...parts, ['reading', reading] as const]) {
      samples.set(part, (samples.get(part) ?? 0) + count);
    }
  }
  await rm(profiles, { recursive: true });
}

async function load(
  loading: string,
  folders: Folders,
  state: State,
  order: Omit<LoadingOrder, 'code'>,
  options: readonly string[] = [],
): Promise<LoadingTimes> {
  const code = ARTIFACTS.map((artifact) => bundleOf(artifact, folders));
  const { stdout } = await run(
    process.execPath,
    [...options, loading, JSON.stringify({ ...order, code } satisfies LoadingOrder)],
    {
      env: {
        NODE_OPTIONS: NODE_OPTIONS[state],
        NODE_PATH: join(folders.layer, 'nodejs/node_modules'),
        AWS_REGION: 'eu-west-1',
      },
    },
  );
  return JSON.parse(stdout) as LoadingTimes;
}

async function costOf({ deployed, times, samples }: Subject): Promise<LoadingCost> {
  const node = NODE_PARTS.map((part) => [
    part,
    spreadOf(times.map(({ start, modules }) => (part === 'start' ? start : (modules[part] ?? 0)))),
  ]);
  const all = [...samples.values()].reduce((sum, count) => sum + count, 0);
  const sizes = new Map<CodePart, number>();
  for (const artifact of ARTIFACTS) {
    const path = bundleOf(artifact, deployed);
    const map = readCodeMap(await readFile(`${path}.map`, 'utf8'));
    for (const [source, size] of charactersBySource(map, await readFile(path, 'utf8'))) {
      const part = partOf(artifact, source);
      sizes.set(part, (sizes.get(part) ?? 0) + size);
    }
  }
  return {
    node: Object.fromEntries(node) as LoadingCost['node'],
    code: spreadOf(times.map((one) => one.code)),
    shares: Object.fromEntries(
      [...CODE_PARTS, 'reading' as const].map((part) => [part, (samples.get(part) ?? 0) / all]),
    ) as LoadingCost['shares'],
    sizes: Object.fromEntries(CODE_PARTS.map((part) => [part, sizes.get(part) ?? 0])) as LoadingCost['sizes'],
  };
}
