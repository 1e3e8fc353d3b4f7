import { FunctionError, type MeasurableProcess } from '../../lambda/function-process.ts';
import { peakMemory } from '../peak-memory.ts';

/** The environments of one function: as many as are needed at once, and used again afterwards, the last that became idle first. */
export interface Environments extends AsyncDisposable {
  /** @throws FunctionError when the function threw; Error when its process or all environments have been ended */
  invoke(event: unknown): Promise<unknown>;
  /** How many were started. */
  count(): number;
  /** The most that each that still runs has had resident, in bytes; empty where that cannot be told. */
  memories(): readonly number[];
}

export function openEnvironments(start: () => MeasurableProcess): Environments {
  const all: MeasurableProcess[] = [];
  const idle: MeasurableProcess[] = [];
  let closed = false;
  const another = () => {
    const started = start();
    all.push(started);
    return started;
  };
  return {
    async invoke(event) {
      // A rotation that was given up goes on trying.
      if (closed) throw new Error('The environments have been ended.');
      const environment = idle.pop() ?? another();
      try {
        const answer = await environment.invoke(event);
        idle.push(environment);
        return answer;
      } catch (error) {
        // Its process lives on.
        if (error instanceof FunctionError) idle.push(environment);
        throw error;
      }
    },
    count: () => all.length,
    memories: () => all.flatMap(({ pid }) => peakMemory(pid) ?? []),
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all(all.map((environment) => environment[Symbol.asyncDispose]()));
    },
  };
}
