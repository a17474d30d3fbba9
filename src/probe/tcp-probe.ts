/**
 * The simplest probe: does the port accept a connection? For FTP and other protocols without a probe of their own.
 */
import type { Address } from '../ip/address.js';
import type { TcpProbe } from '../zone/probe-forms.js';
import { openConnection } from './connection.js';
import type { Trace } from './trace.js';

/** Connects and closes. Rejects with the system's error, or with the signal's reason once it aborts. */
export function tryTcp(
  address: Address,
  probe: Pick<TcpProbe, 'port'>,
  signal: AbortSignal,
  trace: Trace,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = openConnection({ address, port: probe.port }, trace, (error) => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      if (error === null) resolve();
      else reject(error);
    });
    function giveUp(): void {
      socket.destroy();
      reject(signal.reason);
    }
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
