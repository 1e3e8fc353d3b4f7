/**
 * Which secrets stand in which writings, in words that hold none of them.
 * @param writings from a name to a text, such as a log
 * @param secrets from a value to a name that may be told
 */
export function leaksIn(
  writings: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, string>,
): string[] {
  return [...writings].flatMap(([writing, text]) =>
    [...secrets]
      .filter(([value]) => text.includes(value))
      .map(([, secret]) => `${secret} stands in ${writing}`),
  );
}

/** A text that is to be shown, without secrets that may have got into it. */
export function redacted(text: string, secrets: ReadonlyMap<string, string>): string {
  return [...secrets.keys()].reduce((shown, value) => shown.replaceAll(value, '[redacted]'), text);
}
