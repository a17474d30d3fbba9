/**
 * All that verbs say goes out here, line by line, so that nothing in it can be more than a part of its line.
 */
import { printable } from '../printable.js';

/** What a verb was asked for. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(joined(lines));
}

/** What is wrong, or worth to know besides. */
export function complain(...lines: readonly string[]): void {
  process.stderr.write(joined(lines));
}

/** A value for scripts, on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}
