import { cpus, totalmem } from 'node:os';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** In bytes. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() || 'unknown processor',
    cores: processors.length,
    memory: totalmem(),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

const GIBIBYTE = 1024 ** 3;

export function describeMachine({ processor, cores, memory, system, node }: Machine): string {
  return `${processor}, ${cores} cores, ${Math.round(memory / GIBIBYTE)} GiB, ${system}, Node ${node}`;
}
