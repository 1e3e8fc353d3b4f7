/* A thread that runs one part of the matrix: a thread of its own has a processor of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { runTask, type Task } from './task.ts';

parentPort?.postMessage(await runTask(workerData as Task));
