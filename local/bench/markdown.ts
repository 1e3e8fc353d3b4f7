/** Rows of cells, the first of which is the header, as a table in Markdown: some columns of words, and then numbers. */
export function markdown(rows: readonly (readonly string[])[], wordColumns: number): string {
  const [header = []] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const padded = rows.map((row) =>
    line(
      row.map((cell, column) =>
        column < wordColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      ),
    ),
  );
  const rule = line(
    widths.map((width, column) => (column < wordColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)),
  );
  const [first = '', ...body] = padded;
  return [first, rule, ...body].join('\n');
}
