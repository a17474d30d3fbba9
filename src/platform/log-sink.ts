/**
 * Where the lines of the log go. Their reader may be slow, stopped or gone, and a disk may be full: none of that may hold up
 * the server. The main thread never waits for a line to be accepted. Some lines wait in memory, and those that can't be
 * written are dropped and counted.
 */
import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Clock } from './clock.js';
import { codeOf } from './errors.js';

export interface LogSink {
  /** Takes a line, with its newline. Neither waits nor throws. */
  write(line: string): void;
  /** Lines that were dropped so far. */
  dropped(): number;
  /** Whether something is still to be written. */
  waiting(): boolean;
}

/** How much may wait for a stopped reader, in characters. */
const MOST_WAITING = 1 << 20;
/** How soon a write is tried again after the reader had no room. */
const RETRY_MS = 50;

/** A sink on an open file. `onDropped` gets the number of missing lines as soon as others are written again. */
export function openLogSink(fd: number, clock: Clock, onDropped: (lines: number) => void): LogSink {
  const ready = nonblocking(fd);
  const lines: string[] = [];
  let size = 0;
  /** What is left to write of the first line. */
  let rest: Buffer | undefined;
  /** The last write ended within a line. */
  let torn = false;
  let busy = false;
  let dropped = 0;
  let undelivered = 0;

  function pump(): void {
    while (!busy && lines.length > 0) {
      rest ??= Buffer.from(`${torn ? '\n' : ''}${lines[0]}`);
      busy = true;
      if (ready === undefined) {
        // A disk may be slow, so a thread of the pool waits for it.
        write(fd, rest, (error, octets) => {
          settle(error, octets);
          pump();
        });
      } else {
        try {
          settle(null, writeSync(ready, rest));
        } catch (error) {
          settle(error, 0);
        }
      }
    }
  }

  function settle(error: unknown, octets: number): void {
    if (codeOf(error) === 'EAGAIN') {
      clock.after(RETRY_MS, () => {
        busy = false;
        pump();
      });
      return;
    }
    busy = false;
    rest = rest?.subarray(octets);
    torn ||= octets > 0;
    if (error === null && rest !== undefined && rest.length > 0) return;
    rest = undefined;
    size -= lines.shift()?.length ?? 0;
    if (error !== null) {
      drop();
      return;
    }
    torn = false;
    if (undelivered === 0) return;
    const missing = undelivered;
    undelivered = 0;
    onDropped(missing);
  }

  function drop(): void {
    dropped++;
    undelivered++;
  }

  return {
    write(line) {
      if (size + line.length > MOST_WAITING) {
        drop();
        return;
      }
      lines.push(line);
      size += line.length;
      pump();
    },
    dropped: () => dropped,
    waiting: () => busy,
  };
}

/**
 * A non-blocking descriptor of the same file, so that a line is written at once, before anything else can go wrong.
 * Undefined for plain files, which may always block, and if there can be no such descriptor.
 */
function nonblocking(fd: number): number | undefined {
  if (fstatSync(fd).isFile()) return undefined;
  try {
    // Opened again, since other processes share the inherited file description, and may rely on it to block.
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // A socket, such as the journal's, or a pipe of another user.
  }
  try {
    // Sets O_NONBLOCK; Node takes that back from its standard output when it ends.
    new Socket({ fd, readable: false }).unref();
    return fd;
  } catch {
    // A terminal of another user.
    return undefined;
  }
}
