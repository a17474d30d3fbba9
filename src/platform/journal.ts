/**
 * The journal of systemd takes a line's priority from what it begins with, as the kernel's log does: `<3>` for an error, so
 * that `journalctl -p warning` finds what matters. Nobody else wants to see that, so it is told from other readers first.
 */
import { fstatSync } from 'node:fs';

/** Priorities of syslog (RFC 5424 §6.2.1). */
export const PRIORITY = { error: 3, warning: 4, info: 6, debug: 7 } as const;

/** Whether the journal reads what is written to an open file: JOURNAL_STREAM has its device and inode (systemd.exec(5)). */
export function isJournal(fd: number, stream = process.env.JOURNAL_STREAM): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd);
    return stream === `${dev}:${ino}`;
  } catch {
    // It is closed.
    return false;
  }
}

/** A line with the priority before it. */
export function prioritised(line: string, priority: number): string {
  return `<${priority}>${line}`;
}
