/**
 * Sends a message as the body of a POST. The URL may contain a secret, so errors and logs only name its host.
 */
import type { LookupFunction } from 'node:net';
import type { Address } from '../ip/address.js';
import { codeOf, describeError } from '../platform/errors.js';
import { formatDuration } from '../zone/durations.js';
import type { Message } from './notice.js';

/** The addresses of a name, at least one. Rejects if there are none or the lookup fails. */
export type LookUp = (name: string, signal: AbortSignal) => Promise<readonly Address[]>;

const TIMEOUT_MS = 10_000;

/**
 * Not loaded by all servers: most never need it, and it would be a tenth of their code. Those that may need it load it at
 * their start: Node remembers a failure, such as no file descriptor left, and never tries to load a module again.
 */
export function loadClient(): Promise<typeof import('undici')> {
  return import('undici');
}

/** Resolves on a 2xx answer; rejects on any other, or if none comes within ten seconds. Redirects are not followed. */
export async function postMessage(url: string, message: Message, lookUp: LookUp): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const status = await post(url, message, lookUp, signal).catch((error) => {
    const why = signal.aborted
      ? `no answer within ${formatDuration(TIMEOUT_MS)}`
      : (codeOf(error) ?? describeError(error));
    throw new Error(`${new URL(url).host}: ${why}`);
  });
  if (status < 200 || status >= 300) throw new Error(`${new URL(url).host} answered ${status}`);
}

async function post(url: string, message: Message, lookUp: LookUp, signal: AbortSignal): Promise<number> {
  const { default: undici } = await loadClient();
  // The signal is the deadline. undici's own timeouts are coarse and would only blur which of them expired.
  const agent = new undici.Agent({
    connect: { lookup: lookupBy(lookUp, signal), timeout: 0 },
    headersTimeout: 0,
  });
  try {
    const { statusCode, body } = await undici.request(url, {
      dispatcher: agent,
      method: 'POST',
      signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': `geopool/${message.version} (notification)`,
      },
      body: JSON.stringify(message),
    });
    // The body is not read, and ends with the agent.
    body.on('error', () => undefined);
    return statusCode;
  } finally {
    void agent.destroy();
  }
}

/** Node's default would be getaddrinfo(3), which blocks the threads that do file I/O. */
function lookupBy(lookUp: LookUp, signal: AbortSignal): LookupFunction {
  return (name, { all }, callback) => {
    lookUp(name, signal).then(
      (addresses) => {
        const found = addresses.map(({ text, family }) => ({
          address: text,
          family: family === 'ipv4' ? 4 : 6,
        }));
        const [first] = found;
        if (all === true || first === undefined) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, []),
    );
  };
}
