/**
 * A message as the body of a POST. Its URL may hold a secret, so no error and no log names more of it than the host.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Message } from './notice.js';

const TIMEOUT_MS = 10_000;

/** Resolves on an answer of 2xx; rejects on any other, and on none within ten seconds. Redirects are not followed. */
export function postMessage(url: string, message: Message): Promise<void> {
  const { protocol, host } = new URL(url);
  const body = JSON.stringify(message);
  const request = (protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
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
