/**
 * Where the lines of the log go. Whoever reads them may be slow, stand still or be gone, and a disk may be full: none of
 * that is the server's business. The main thread never waits for a line to be taken; some wait in memory, and what can't
 * be written is dropped and counted.
 */
import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Clock } from './clock.js';
import { codeOf } from './errors.js';

export interface LogSink {
  /** Takes a line with its end. Neither waits nor throws. */
  write(line: string): void;
  /** Lines that were dropped so far. */
  dropped(): number;
  /** Whether something waits to be written. */
  waiting(): boolean;
}

/** What may wait for a reader who stands still, in characters. */
const MOST_WAITING = 1 << 20;
/** How soon a reader who had no room is tried again. */
const RETRY_MS = 50;

/** A sink on an open file; `onDropped` hears how many lines are missing as soon as others are written again. */
export function openLogSink(fd: number, clock: Clock, onDropped: (lines: number) => void): LogSink {
  const ready = nonblocking(fd);
  const lines: string[] = [];
  let size = 0;
  /** What is to be written of the first line. */
  let rest: Buffer | undefined;
  /** The end of a line is missing in what was written last. */
  let torn = false;
  let busy = false;
  let dropped = 0;
  let undelivered = 0;

  function pump(): void {
    while (!busy && lines.length > 0) {
      rest ??= Buffer.from(`${torn ? '\n' : ''}${lines[0]}`);
      busy = true;
      if (ready === undefined) {
        // A disk may take its time, so a thread waits for it.
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
 * A descriptor of the same that refuses to block, so that a line is written before anything else can go wrong; undefined
 * for files, which always may, and for what can't be had in that way.
 */
function nonblocking(fd: number): number | undefined {
  if (fstatSync(fd).isFile()) return undefined;
  try {
    // Opened anew, since others share the description that was handed down, and may count on it to block.
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
