/** Does each thing once, by its key; whoever asks for it again shares the answer, or the failure. */
export function onceEach<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const done = new Map<string, Promise<T>>();
  return (key, work) => {
    const answer = done.get(key) ?? work();
    done.set(key, answer);
    return answer;
  };
}
