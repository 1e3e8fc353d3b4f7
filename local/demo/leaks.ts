/** Something that must stand nowhere, under a name that may be told. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Something that was written, e.g. a log. */
export interface Writing {
  readonly name: string;
  readonly text: string;
}

/** Which secrets stand in which writings, in words that hold none of them. */
export function leaksIn(writings: readonly Writing[], secrets: readonly Secret[]): string[] {
  return writings.flatMap(({ name, text }) =>
    secrets.filter(({ value }) => text.includes(value)).map((secret) => `${secret.name} stands in ${name}`),
  );
}
