/**
 * systemd's journal takes a line's priority from its beginning, as the kernel's log does: `<3>` for an error, so that
 * `journalctl -p warning` finds what matters. Other readers should not get that prefix, so the journal is detected first.
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
    // The descriptor is closed.
    return false;
  }
}

/** A line with the priority before it. */
export function prioritised(line: string, priority: number): string {
  return `<${priority}>${line}`;
}
