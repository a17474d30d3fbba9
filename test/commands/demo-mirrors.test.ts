import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import t from 'tap';
import { openMirrors } from '../../src/commands/demo-mirrors.js';
import { SITES } from '../../src/commands/demo-world.js';

const [AURORA, BOREAS] = SITES;
if (AURORA === undefined || BOREAS === undefined) throw new Error('the demo has no mirrors');

function fetchFrom(address: string, port: number): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get({ host: address, port, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject);
  });
}

t.test('mirrors have one port, say who they are, and misbehave each by itself', async (t) => {
  const mirrors = await openMirrors(SITES);
  t.teardown(() => mirrors.close());
  for (const { name, address } of SITES) {
    const { status, text } = await fetchFrom(address, mirrors.port);
    t.equal(status, 200);
    t.match(text, name);
  }
  await mirrors.behave('aurora', '503');
  t.equal((await fetchFrom(AURORA.address, mirrors.port)).status, 503);
  await mirrors.behave('aurora', 'down');
  await t.rejects(fetchFrom(AURORA.address, mirrors.port), { code: 'ECONNREFUSED' });
  await mirrors.behave('aurora', 'down');
  t.equal((await fetchFrom(BOREAS.address, mirrors.port)).status, 200);
  await mirrors.behave('aurora', 'up');
  t.equal((await fetchFrom(AURORA.address, mirrors.port)).status, 200);
});

t.test('one that hangs has taken the request, and breaks off when it goes down', async (t) => {
  const mirrors = await openMirrors(SITES);
  t.teardown(() => mirrors.close());
  await mirrors.behave('aurora', 'hang');
  const request = get({ host: AURORA.address, port: mirrors.port, agent: false });
  request.on('response', () => t.fail('it answered'));
  const broken = once(request, 'error');
  const [socket] = await once(request, 'socket');
  await once(socket, 'connect');
  await mirrors.behave('aurora', 'down');
  const [reason] = await broken;
  t.equal(reason.code, 'ECONNRESET');
});

t.test('a port that was taken meanwhile is said, and the mirror stays down', async (t) => {
  const mirrors = await openMirrors(SITES);
  t.teardown(() => mirrors.close());
  await mirrors.behave('aurora', 'down');
  const squatter = createServer().listen(mirrors.port, AURORA.address);
  await once(squatter, 'listening');
  t.teardown(() => squatter.close());
  await t.rejects(mirrors.behave('aurora', 'up'), { message: /EADDRINUSE/ });
});

t.test('an address that this host has not got: what to do', async (t) => {
  await t.rejects(openMirrors([{ ...AURORA, address: '192.0.2.1' }]), {
    code: 'LISTEN_FAILED',
    message: /macOS/,
  });
});
