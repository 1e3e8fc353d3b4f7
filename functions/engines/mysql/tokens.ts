/** Quoted names and texts are tokens of their own, so that what stands inside them is never taken for a keyword. */
const TOKEN = /`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|[A-Za-z_]\w*|-?\d[\w.]*|\s+|./gs;

/**
 * MySQL prints the texts of a TLS requirement as they are, quotes and backslashes included: such a text ends at the first quote
 * that a clause follows.
 */
const UNESCAPED =
  /(?<=\b(?:SUBJECT|ISSUER|CIPHER) )'.*?'(?= (?:ISSUER|CIPHER) '| WITH MAX_| PASSWORD EXPIRE\b)/s;
const TOKEN_OR_UNESCAPED = new RegExp(`${UNESCAPED.source}|${TOKEN.source}`, 'gs');

/** What backslashes stand for in texts that a server prints, besides the character itself. */
const ESCAPES: Readonly<Record<string, string>> = { '0': '\0', n: '\n', r: '\r', t: '\t', Z: '\x1a' };

/** Takes a statement that a server prints apart, into names, texts, words, numbers, signs and the spaces between them. */
export function tokensOf(statement: string): readonly string[] {
  return statement.match(TOKEN) ?? [];
}

/** The same without spaces, for a line whose TLS requirement has its texts as they are. */
export function wordsWithUnescapedTexts(statement: string): readonly string[] {
  return withoutSpaces(statement.match(TOKEN_OR_UNESCAPED) ?? []);
}

export function withoutSpaces(tokens: readonly string[]): readonly string[] {
  return tokens.filter((token) => token.trim() !== '');
}

/** Whether the token is a text in quotes. */
export function isText(token: string): boolean {
  return token.startsWith("'");
}

/** What an escaped text in quotes says. */
export function textIn(token: string): string {
  return token
    .slice(1, -1)
    .replace(/''|\\(.)/gs, (_, escaped?: string) =>
      escaped === undefined ? "'" : (ESCAPES[escaped] ?? escaped),
    );
}

/** Splits at the commas that are not inside parentheses or brackets. */
export function listItems(tokens: readonly string[]): string[] {
  const items = [''];
  let depth = 0;
  for (const token of tokens) {
    if ('([{'.includes(token)) depth += 1;
    if (')]}'.includes(token)) depth -= 1;
    if (token === ',' && depth === 0) items.push('');
    else items.push((items.pop() ?? '') + token);
  }
  return items.map((item) => item.trim()).filter((item) => item !== '');
}
