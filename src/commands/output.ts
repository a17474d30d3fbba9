/**
 * All that verbs say goes out here, line by line, so that nothing in it can be more than a part of its line.
 */
import { codeOf, describeError } from '../platform/errors.js';
import { isJournal, PRIORITY, prioritised } from '../platform/journal.js';
import { printable } from '../platform/printable.js';

/** Whoever waits there may be told how far it is. */
export const TERMINAL: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr;

/** What a verb was asked for. */
export function print(...lines: readonly string[]): void {
  write(process.stdout, lines);
}

/** What is wrong, or worth to know besides. */
export function printError(...lines: readonly string[]): void {
  const said = isJournal(2) ? lines.map((line) => prioritised(line, PRIORITY.error)) : lines;
  write(process.stderr, said);
}

/** A value for scripts, on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

function write(stream: NodeJS.WriteStream, lines: readonly string[]): void {
  if (stream.listenerCount('error') === 0) stream.on('error', (error) => unwritten(stream, error));
  stream.write(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** Whoever has seen enough, as `head` has, may go; what was found out holds all the same. */
function unwritten(stream: NodeJS.WriteStream, error: Error): void {
  if (codeOf(error) === 'EPIPE') return;
  process.exitCode = 1;
  if (stream === process.stdout)
    printError(`geopool: what was asked for can't be written: ${describeError(error)}`);
}
