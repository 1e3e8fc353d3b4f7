/**
 * Text of a server, of AWS or of a log as one line that cannot steer a terminal: each control character is written as in JSON.
 */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}
