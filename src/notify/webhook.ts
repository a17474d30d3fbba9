/**
 * A message as the body of a POST. Its URL may hold a secret, so no error and no log names more of it than the host.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Address } from '../ip/address.js';
import type { Message } from './notice.js';

/** The addresses of a name, at least one. Rejects where there are none, or nobody can tell. */
export type LookUp = (name: string, signal: AbortSignal) => Promise<readonly Address[]>;

const TIMEOUT_MS = 10_000;

/** Resolves on an answer of 2xx; rejects on any other, and on none within ten seconds. Redirects are not followed. */
export function postMessage(url: string, message: Message, lookUp: LookUp): Promise<void> {
  const { protocol, host } = new URL(url);
  const body = JSON.stringify(message);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = (protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    agent: false,
    signal,
    lookup: lookupBy(lookUp, signal),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': `geopool/${message.version} (notification)`,
    },
  });
  return new Promise((resolve, reject) => {
    request.once('response', (response) => {
      const { statusCode = 0 } = response;
      response.destroy();
      if (statusCode >= 200 && statusCode < 300) resolve();
      else reject(new Error(`${host} answered ${statusCode}`));
    });
    request.once('error', (error: NodeJS.ErrnoException) => {
      const late = error.name === 'TimeoutError' || error.name === 'AbortError';
      const why = late ? 'no answer within 10 s' : (error.code ?? error.message);
      reject(new Error(`${host}: ${why}`));
    });
    request.end(body);
  });
}

/** Node's own way would be getaddrinfo(3), in the threads that bring files to disk. */
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
