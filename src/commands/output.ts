/**
 * All that verbs say goes out here, line by line, so that nothing in it can be more than a part of its line.
 */
import { isJournal, PRIORITY, prioritised } from '../journal.js';
import { printable } from '../printable.js';

/** What a verb was asked for. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(joined(lines));
}

/** What is wrong, or worth to know besides. */
export function complain(...lines: readonly string[]): void {
  const said = isJournal(2) ? lines.map((line) => prioritised(line, PRIORITY.error)) : lines;
  process.stderr.write(joined(said));
}

/** A value for scripts, on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join('');
}
