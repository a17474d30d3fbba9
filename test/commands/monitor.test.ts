import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { look } from '../../src/commands/monitor.js';

t.test('a server that takes the question and says nothing is unknown, in good time', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const control = join(directory, 's');
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(control);
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const taken = once(server, 'connection');
  t.match(await look({ control }, 10), { severity: 3, line: /^GEOPOOL UNKNOWN: .*no answer/ });
  await taken;
});

t.test('so is one that is not there, and a question that makes no sense', async (t) => {
  t.match(await look({ control: '/nowhere' }, 1000), {
    severity: 3,
    line: /^GEOPOOL UNKNOWN: .*no such socket/,
  });
  t.match(await look({ warning: 'few' }, 1000), {
    severity: 3,
    line: /^GEOPOOL UNKNOWN: --warning: "few" is not a range/,
  });
  t.match(await look({ downFor: '5' }, 1000), { severity: 3, line: /^GEOPOOL UNKNOWN: --down-for: .*5s/ });
  t.match(await look({ config: '/nowhere' }, 1000), { severity: 3, line: /^GEOPOOL UNKNOWN: \/nowhere/ });
});
