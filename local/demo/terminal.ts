import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours text where colours are wanted. */
export type Paint = (style: Style, text: string) => string;

/** The one way to the screen. */
export interface Terminal {
  readonly paint: Paint;
  /** Whether lines can be changed after they were written. */
  readonly interactive: boolean;
  line(text?: string): void;
  /** Keeps the lines that `render` makes up to date at the bottom of the screen, where it is interactive, until disposal. */
  live(render: () => readonly string[]): Disposable;
  /** Gives the cursor back. */
  close(): void;
}

/** Often enough for a spinner. In ms. */
const REDRAW_INTERVAL = 80;
/** What the demo's liveliest display needs. */
const FEWEST_ROWS = 12;
const FEWEST_COLUMNS = 60;

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_TO_END = '\x1b[J';
const lineUp = (lines: number) => `\x1b[${lines}F`;

/** A terminal for a stream: plain text when it is none, or NO_COLOR is set. */
export function openTerminal(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Terminal {
  const interactive =
    stream.isTTY === true &&
    environment['TERM'] !== 'dumb' &&
    stream.rows >= FEWEST_ROWS &&
    stream.columns >= FEWEST_COLUMNS;

  /** A line that wrapped would take two rows, and the way back up would be miscounted. */
  function fitted(line: string): string {
    const plain = stripVTControlCharacters(line);
    return plain.length < stream.columns ? line : `${plain.slice(0, stream.columns - 2)}…`;
  }

  function live(render: () => readonly string[]): Disposable {
    let rows = 0;
    const draw = () => {
      const lines = render().map((line) => `${fitted(line)}\n`);
      // In one write, so that nothing flickers.
      stream.write(`${rows === 0 ? '' : lineUp(rows)}${CLEAR_TO_END}${lines.join('')}`);
      rows = lines.length;
    };
    stream.write(HIDE_CURSOR);
    draw();
    const timer = setInterval(draw, REDRAW_INTERVAL);
    return {
      [Symbol.dispose]() {
        clearInterval(timer);
        draw();
        stream.write(SHOW_CURSOR);
      },
    };
  }

  return {
    // styleText itself honours NO_COLOR and FORCE_COLOR, and asks whether the stream is a terminal.
    paint: (style, text) => styleText(style, text, { stream }),
    interactive,
    line: (text = '') => void stream.write(`${text}\n`),
    live: (render) => (interactive ? live(render) : { [Symbol.dispose]() {} }),
    close: () => void (interactive && stream.write(SHOW_CURSOR)),
  };
}
