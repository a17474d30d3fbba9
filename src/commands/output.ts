/**
 * The output of all verbs goes through here, line by line, so that no text in a line can break out of it.
 */
import { codeOf, describeError } from '../platform/errors.js';
import { isJournal, PRIORITY, prioritised } from '../platform/journal.js';
import { printable } from '../platform/printable.js';

/** Where progress is shown to a person who waits. */
export const TERMINAL: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr;

/** Prints the result of a verb. */
export function print(...lines: readonly string[]): void {
  write(process.stdout, lines);
}

/** Prints what is wrong, or worth knowing besides the result. */
export function printError(...lines: readonly string[]): void {
  const said = isJournal(2) ? lines.map((line) => prioritised(line, PRIORITY.error)) : lines;
  write(process.stderr, said);
}

/** Prints a value for scripts, on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

function write(stream: NodeJS.WriteStream, lines: readonly string[]): void {
  if (stream.listenerCount('error') === 0) stream.on('error', (error) => unwritten(stream, error));
  stream.write(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** A reader such as `head` may close the pipe early; the exit code stays what it is. */
function unwritten(stream: NodeJS.WriteStream, error: Error): void {
  if (codeOf(error) === 'EPIPE') return;
  process.exitCode = 1;
  if (stream === process.stdout) printError(`geopool: the output can't be written: ${describeError(error)}`);
}
