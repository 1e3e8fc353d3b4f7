import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { writeTable } from './document.ts';
import { setupOf, setupsOn } from './setup.ts';
import { tableOf } from './table.ts';
import { complaints, type Task, type TaskResult } from './task.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const tell = (text: string) => void process.stderr.write(`${text}\n`);

function tasksOf({ engines, strategies, only, without }: Arguments): Task[] {
  return engines.flatMap((engine) =>
    setupsOn(engine)
      .filter((strategy) => strategies.includes(strategy))
      .flatMap((strategy) =>
        [...setupOf(strategy).beginnings.keys()].map((rotationsBefore) => ({
          ...{ engine, strategy, rotationsBefore },
          ...(only !== undefined && { only }),
          ...(without !== undefined && { without }),
        })),
      ),
  );
}

/** Runs the tasks in threads, as many at once as there are processors; the results come in the order of the tasks. */
async function runAll(tasks: readonly Task[]): Promise<TaskResult[]> {
  const results: TaskResult[] = [];
  const queue = tasks.entries();
  const work = async () => {
    for (const [index, task] of queue) {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
      const [result] = (await once(worker, 'message')) as [TaskResult];
      await worker.terminate();
      results[index] = result;
      const { engine, strategy, rotationsBefore } = task;
      tell(
        `${engine}, ${strategy}, rotation ${rotationsBefore + 1}: ${result.results.length} cases, ` +
          `${complaints(result).length} of them with something wrong`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

function report(results: readonly TaskResult[], { points }: Arguments): void {
  for (const result of results) {
    const { engine, strategy, rotationsBefore } = result.task;
    const lines = [...(points ? result.points : []), ...complaints(result)];
    if (lines.length > 0) print(`\n${engine}, ${strategy}, rotation ${rotationsBefore + 1}`);
    for (const line of lines) print(`  ${line}`);
  }
  print(`\n${tableOf(results)}`);
}

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2));
  if (args.help) return print(USAGE);
  const results = await runAll(tasksOf(args));
  report(results, args);
  if (args.write) await writeTable(tableOf(results));
  if (results.some((result) => complaints(result).length > 0)) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  tell(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
