/**
 * A service manager's socket for a test, as systemd has it: what is said to it, and the descriptors that come with that.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { LINUX, loadLibc } from '../../src/platform/libc.js';
import { until } from '../e2e/program.js';

export interface Message {
  /** Its lines. */
  readonly said: readonly string[];
  readonly descriptors: readonly number[];
}

export interface ManagerSocket {
  readonly path: string;
  /** All that was said so far. */
  heard(): readonly Message[];
  /** Waits for a message with that line. */
  hear(line: string | RegExp): Promise<Message>;
}

const ROOM = 4096;
/** struct mmsghdr, an iovec, control data, the message: see src/server/batch.ts. */
const AT = { IOV: 64, CONTROL: 80, DATA: 1024 };

/** Undefined where there is no libc to be had. */
export async function listenAsManager(t: Test): Promise<ManagerSocket | undefined> {
  const libc = await loadLibc();
  if ('unavailable' in libc) return undefined;
  const dir = await mkdtemp(join(tmpdir(), 'geopool-manager-'));
  const path = join(dir, 'notify');
  const fd = libc.socket(LINUX.AF_UNIX, LINUX.SOCK_DGRAM | LINUX.SOCK_CLOEXEC, 0);
  const name = new Uint8Array(2 + path.length + 1);
  name[0] = LINUX.AF_UNIX;
  name.set(Buffer.from(path), 2);
  if (libc.bind(fd, name, name.length) !== 0) throw new Error(`binding: errno ${libc.errno()}`);
  const messages: Message[] = [];
  t.teardown(async () => {
    for (const { descriptors } of messages) for (const each of descriptors) libc.close(each);
    libc.close(fd);
    await rm(dir, { recursive: true });
  });
  const buffer = new ArrayBuffer(AT.DATA + ROOM);
  const view = new DataView(buffer);
  const base = BigInt(libc.addressOf(buffer));

  function receive(): boolean {
    view.setBigUint64(16, base + BigInt(AT.IOV), true);
    view.setBigUint64(24, 1n, true);
    view.setBigUint64(32, base + BigInt(AT.CONTROL), true);
    view.setBigUint64(40, BigInt(AT.DATA - AT.CONTROL), true);
    view.setBigUint64(AT.IOV, base + BigInt(AT.DATA), true);
    view.setBigUint64(AT.IOV + 8, BigInt(ROOM), true);
    if (libc !== undefined && 'unavailable' in libc) return false;
    if (libc.recvmmsg(fd, Number(base), 1, LINUX.MSG_DONTWAIT, 0) !== 1) return false;
    const control = Number(view.getBigUint64(40, true));
    const count = control === 0 ? 0 : (Number(view.getBigUint64(AT.CONTROL, true)) - 16) / 4;
    messages.push({
      said: Buffer.from(buffer, AT.DATA, view.getUint32(56, true)).toString().split('\n'),
      descriptors: Array.from({ length: count }, (_, i) => view.getInt32(AT.CONTROL + 16 + 4 * i, true)),
    });
    return true;
  }
  // Some ten messages fit into the socket: whoever listens for long takes them as they come, as systemd does.
  const taking = setInterval(() => void heard(), 10);
  t.teardown(() => clearInterval(taking));
  const heard = (): readonly Message[] => {
    while (receive());
    return messages;
  };
  return {
    path,
    heard,
    hear: (line) =>
      until(
        () =>
          heard().find(({ said }) =>
            said.some((text) => (typeof line === 'string' ? text === line : line.test(text))),
          ),
        `${line} said to the manager`,
      ),
  };
}
