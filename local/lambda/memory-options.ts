/** How Lambda limits Node: its heap may take all of the function's memory, a tenth of that for what is new. */
export function memoryOptions(memoryMegabytes: number): string[] {
  const newSpace = Math.floor(memoryMegabytes / 10);
  return [
    `--max-semi-space-size=${Math.floor(newSpace / 2)}`,
    `--max-old-space-size=${memoryMegabytes - newSpace}`,
  ];
}
