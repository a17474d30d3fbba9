/** Questions forged from addresses of the server's own subnet that do not exist. */
import { query } from '../dns-message.js';
import type { RawSocket } from '../server/raw-datagram.js';
import { ZONE } from './zone.js';

export interface Flood {
  forged(): number;
  /** Forges none until the function that it gives is called. */
  pause(): () => void;
  end(): void;
}

/** Questions a second: so few that nothing is lost where a machine lets a thread wait for seconds. */
const RATE = 200;
const EVERY = 50;
const NEIGHBOURS = 200;

export function flood(raw: RawSocket, target: { readonly to: string; readonly port: number }): Flood {
  let forged = 0;
  let pauses = 0;
  const timer = setInterval(() => {
    if (pauses > 0) return;
    for (let i = 0; i < (RATE * EVERY) / 1000; i++) {
      const from = `10.77.0.${20 + (forged++ % NEIGHBOURS)}`;
      raw.send({ from, fromPort: 5353, ...target }, query({ name: ZONE }));
    }
  }, EVERY);
  return {
    forged: () => forged,
    pause() {
      pauses++;
      return () => void pauses--;
    },
    end: () => clearInterval(timer),
  };
}
