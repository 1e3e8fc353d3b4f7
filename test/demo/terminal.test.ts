import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from '../../local/demo/terminal.ts';

function terminal(
  tty: { columns: number; rows: number } | undefined,
  environment = {},
): { terminal: Terminal; written: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _, written) {
      chunks.push(String(chunk));
      written();
    },
  });
  Object.assign(stream, tty && { isTTY: true, ...tty });
  return {
    terminal: openTerminal(stream as unknown as NodeJS.WriteStream, environment),
    written: () => chunks.join(''),
  };
}

const SCREEN = { columns: 80, rows: 24 };

describe('where lines cannot be changed', () => {
  it.each([
    ['a pipe', terminal(undefined)],
    ['a dumb terminal', terminal(SCREEN, { TERM: 'dumb' })],
    ['a small screen', terminal({ columns: 80, rows: 5 })],
  ])('shows nothing live: %s', (_, { terminal: { interactive, live, line, close }, written }) => {
    using _display = live(() => ['not shown']);
    line('shown');
    close();
    expect(interactive).toBe(false);
    expect(written()).toBe('shown\n');
  });
});

describe('on a screen', () => {
  it('draws lines again in their place, and gives the cursor back', () => {
    const { terminal: screen, written } = terminal(SCREEN);
    let time = 1;
    {
      using _display = screen.live(() => [`at ${time}`, 'always']);
      time = 2;
    }
    expect(written()).toBe('\x1b[?25l\x1b[Jat 1\nalways\n\x1b[2F\x1b[Jat 2\nalways\n\x1b[?25h');
  });

  it('cuts lines that would wrap', () => {
    const { terminal: screen, written } = terminal(SCREEN);
    {
      using _display = screen.live(() => ['x'.repeat(200)]);
    }
    expect(written()).toContain(`\x1b[J${'x'.repeat(78)}…\n`);
  });
});
