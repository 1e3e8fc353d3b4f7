import { duration } from './format.ts';
import { spinnerFrame } from './spinner.ts';
import type { Terminal } from './terminal.ts';

/** Something to be done before the rotations. */
export interface Task {
  readonly title: string;
  /** Resolves with what is to be said of it once it is done. */
  run(): Promise<string>;
}

/**
 * Runs tasks side by side and shows how they fare. All have ended when it resolves or rejects.
 * @throws what the first of them that failed threw
 */
export async function runTasks(tasks: readonly Task[], terminal: Terminal): Promise<void> {
  const { paint } = terminal;
  const lines = tasks.map(
    ({ title }) =>
      () =>
        `  ${paint('cyan', spinnerFrame())} ${paint('dim', title)}`,
  );
  const results = await (async () => {
    using _display = terminal.live(() => lines.map((line) => line()));
    return await Promise.allSettled(tasks.map((task, index) => runTask(task, index)));
  })();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;

  async function runTask({ title, run }: Task, index: number): Promise<void> {
    const started = performance.now();
    const end = (line: string) => {
      lines[index] = () => line;
      if (!terminal.interactive) terminal.line(line);
    };
    try {
      const done = await run();
      const took = duration(performance.now() - started);
      end(`  ${paint('green', '✔')} ${done} ${paint('dim', `(${took})`)}`);
    } catch (error) {
      end(`  ${paint('red', '✘')} ${title}`);
      throw error;
    }
  }
}
