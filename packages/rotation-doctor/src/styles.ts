import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

export type Style = 'bold' | 'red' | 'yellow' | 'green' | 'dim';

/** Text in a style where the stream is a terminal that shows one, and NO_COLOR does not forbid it. */
export function styled(style: Style, text: string, stream: Writable): string {
  return styleText(style, text, { stream });
}
