#!/usr/bin/env node
import { existsSync } from 'node:fs';

// A clone runs its sources as they are. The published package has only what they were built to.
const sources = new URL('../src/main.ts', import.meta.url);
await import(existsSync(sources) ? sources : '../dist/rotation-doctor.js');
