/**
 * Plain tables for terminals.
 */

/** A number, a percentage, or a placeholder for one. An address does not match. */
const NUMBER = /^(?:\d+(?:\.\d+)?%?|-|)$/;

/** Rows as lines with aligned columns; a column whose cells are all numbers is aligned to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const columns = header.map((title, i) => [title, ...rows.map((row) => row[i] ?? '')]);
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)));
  const right = columns.map((cells) => cells.slice(1).every((cell) => NUMBER.test(cell)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (right[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [header, ...rows].map(line);
}
