import type { Right } from './engine.ts';

/** The rights of `model` that are neither among `rights` nor implied by one of them. */
export function lacking(model: readonly Right[], rights: readonly Right[]): readonly string[] {
  const had = new Set(rights.map(({ text }) => text));
  return model
    .filter(({ text, impliedBy = [] }) => !had.has(text) && !impliedBy.some((more) => had.has(more)))
    .map(({ text }) => text);
}
