import { type CodeMap, sourceOfLine } from './code-map.ts';
import { type Artifact, type CodePart, partOf } from './parts.ts';

/** What of V8's .cpuprofile is read. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  /** Samples in this function itself, not in what it calls. */
  readonly hitCount: number;
  readonly children?: readonly number[];
  /** By line, which counts from 1, unlike lineNumber. */
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
}

/** A bundle with no more than one statement a line, so that a line tells its source. */
export interface ProfiledBundle {
  readonly artifact: Artifact;
  readonly url: string;
  readonly map: CodeMap;
}

/** Samples by what they were for. */
export interface Attribution {
  readonly parts: ReadonlyMap<CodePart, number>;
  /** V8 and Node read code and compiled it; no line of it ran yet. Before, they read its source map too. */
  readonly reading: number;
}

/**
 * Tells what the samples below a function of some name were for. Work of Node and V8 counts for the code that asked for it. Where
 * that is the body of a whole bundle, a profile does not tell the line that asked: such samples are left out.
 */
export function attribute(
  { nodes }: CpuProfile,
  bundles: readonly ProfiledBundle[],
  below: string,
): Attribution {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<CodePart, number>();
  let reading = 0;
  const count = (part: CodePart, samples: number) => parts.set(part, (parts.get(part) ?? 0) + samples);

  /** @param asking for what the samples count that are in none of the bundles */
  function walk(node: ProfileNode, asking: CodePart | 'reading' | 'unknown' | undefined): void {
    const { functionName, url, lineNumber } = node.callFrame;
    const bundle = bundles.find((one) => one.url === url);
    let next = asking ?? (functionName === below ? 'reading' : undefined);
    if (asking !== undefined && bundle !== undefined) {
      for (const { line, ticks } of node.positionTicks ?? []) {
        const source = sourceOfLine(bundle.map, line - 1);
        if (source !== undefined) count(partOf(bundle.artifact, source), ticks);
      }
      const source = lineNumber === 0 ? undefined : sourceOfLine(bundle.map, lineNumber);
      next = source === undefined ? 'unknown' : partOf(bundle.artifact, source);
    } else if (next === 'reading') {
      reading += node.hitCount;
    } else if (next !== undefined && next !== 'unknown') {
      count(next, node.hitCount);
    }
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) walk(child, next);
    }
  }

  const called = new Set(nodes.flatMap(({ children = [] }) => children));
  for (const node of nodes) if (!called.has(node.id)) walk(node, undefined);
  return { parts, reading };
}
