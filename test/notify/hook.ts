/** A webhook's server, a message for it, and who knows where it is. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Test } from 'tap';
import type { Address } from '../../src/ip/address.js';
import { messageOf } from '../../src/notify/notice.js';
import { addressOf } from '../health/targets.js';

export const message = messageOf(
  [
    {
      event: 'down',
      at: '2026-01-01T00:00:00.000Z',
      text: 'aurora is down: connection refused',
      mirror: 'aurora',
    },
  ],
  0,
  { version: '1.2.3', host: 'here' },
);

/** Knows one name, at addresses of which only the second answers. */
export const lookUp = async (name: string): Promise<Address[]> => {
  if (name !== 'chat.example') throw new Error(`no such name: ${name}`);
  return [addressOf('::1'), addressOf('127.0.0.1')];
};

/** A server that answers with these statuses in turn; gives its port, and what it was sent. */
export async function hook(t: Test, ...statuses: number[]) {
  const posts: { method?: string; url?: string; type?: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      posts.push({ method, url, type: headers['content-type'] ?? '', body: JSON.parse(text) });
      response.writeHead(statuses.shift() ?? 200, { location: '/elsewhere' }).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return { posts, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
