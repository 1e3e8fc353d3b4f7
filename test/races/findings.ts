/** What went wrong in some order of a race, each with the first order that it showed in. */
export interface Findings {
  add(what: string, trace: readonly string[]): void;
  list(): readonly string[];
}

export function openFindings(): Findings {
  const found = new Map<string, readonly string[]>();
  return {
    add(what, trace) {
      if (!found.has(what)) found.set(what, [...trace]);
    },
    list: () => [...found].map(([what, trace]) => `${what}\n  after ${trace.join('\n        ')}`),
  };
}

/** An error without what differs from one order to the next. */
export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return words.replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '…');
}
