/**
 * The plainest probe: does something accept a connection on the port? For FTP and whatever else has no probe of its own.
 */
import type { Address } from '../ip/address.js';
import type { TcpProbe } from '../zone/probe-forms.js';
import { openConnection } from './connection.js';
import type { Trace } from './trace.js';

/** Connects and hangs up. Rejects with the system's error, or with the signal's reason once it aborts. */
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
