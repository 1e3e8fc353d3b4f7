/** The first of them. None beyond is asked for: each may be a call to Secrets Manager. */
export async function* first<T>(count: number, all: AsyncIterable<T>): AsyncGenerator<T> {
  let left = count;
  for await (const one of all) {
    yield one;
    left -= 1;
    if (left === 0) return;
  }
}
