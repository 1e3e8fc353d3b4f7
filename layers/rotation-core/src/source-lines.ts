import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join } from 'node:path';

/*
 * Node's own --enable-source-maps goes through each character of the bundles while they are loaded, for stacks that most
 * processes never print. So nothing of a source map is read until a step has failed, and nothing is kept after it.
 */

/** A frame in a bundle, as V8 writes it: "at async Object.connect (/var/task/index.js:146:3726)", or without a name. */
const FRAME =
  /^ +at (?<kind>async |new )?(?:(?<name>.+) \()?(?<file>\/.*\/index\.js):(?<line>\d+):(?<column>\d+)\)?$/;
const ANONYMOUS = '<anonymous>';
/** Of a function's name in a frame, what the minifier may have changed. */
const LAST_NAME = /<anonymous>$|[\w$]+$/;

type MapOf = (file: string) => SourceMap | undefined;

/**
 * Has the stacks of an error and its causes name lines of the repository, wherever a source map knows them. A stack that it can
 * make nothing of stays as it is: the failure itself must be told in any case.
 */
export function withSourceLines<E extends Error>(error: E): E {
  const mapOf = openMaps();
  const told = new Set<unknown>();
  for (let each: unknown = error; each instanceof Error && !told.has(each); each = each.cause) {
    told.add(each);
    try {
      tellSourceLines(each, mapOf);
    } catch {}
  }
  return error;
}

function tellSourceLines(error: Error, mapOf: MapOf): void {
  const { stack = '', message } = error;
  // The message comes first, and may have lines of its own that look like frames.
  const head = stack.includes(message) ? stack.indexOf(message) + message.length : 0;
  error.stack = stack.slice(0, head) + mapped(stack.slice(head).split('\n'), mapOf).join('\n');
}

function mapped(lines: readonly string[], mapOf: MapOf): string[] {
  const frames = lines.map((line) => FRAME.exec(line)?.groups);
  return lines.map((line, index) => {
    const frame = frames[index];
    if (frame === undefined) return line;
    const { kind = '', name = ANONYMOUS, file = '' } = frame;
    const place = entryOf(frame, mapOf);
    if (place?.originalSource === undefined) return line;

    // Where a function is called, the map has the name that it is called by in the source.
    const caller = frames[index + 1];
    const calledBy = caller?.['file'] === file ? entryOf(caller, mapOf)?.name : undefined;
    const fullName = calledBy === undefined ? name : name.replace(LAST_NAME, () => calledBy);
    const source = join(dirname(file), place.originalSource);
    return `    at ${kind}${fullName} (${source}:${place.originalLine + 1}:${place.originalColumn + 1})`;
  });
}

interface Entry {
  /** Of the name that stands there; undefined where it stands for none. */
  readonly name?: string;
  /** Undefined for what the bundler has added. */
  readonly originalSource?: string;
  readonly originalLine: number;
  readonly originalColumn: number;
}

function entryOf(frame: Readonly<Record<string, string>>, mapOf: MapOf): Entry | undefined {
  // A source map counts from 0.
  return mapOf(frame['file'] ?? '')?.findEntry(Number(frame['line']) - 1, Number(frame['column']) - 1) as
    | Entry
    | undefined;
}

/** The source maps that lie beside bundles. Without one that can be read, a stack is still told as it is. */
function openMaps(): MapOf {
  const maps = new Map<string, SourceMap | undefined>();
  return (file) => {
    if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
    return maps.get(file);
  };
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
