/**
 * The control socket from outside: who may open it, which of two servers gets it, and how it answers invalid requests.
 */
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { codeOf } from '../../src/platform/errors.js';
import { udpClient } from './dns-client.js';
import { within } from './program.js';
import { makeHome, type Reply, type Server, startServer } from './server.js';

const zones = {
  'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1] }
  boreas: { addresses: [192.0.2.2] }
  zero: { addresses: [192.0.2.3], weight: 0 }
`,
};

/** Writes octets to the socket as they are and gives what comes back until it is closed. */
function raw({ dir }: Server, octets: string | Buffer): Promise<string> {
  const talk = new Promise<string>((resolve) => {
    const socket = connect({ path: join(dir, 'control.sock'), allowHalfOpen: true });
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    socket.on('end', () => socket.destroy());
    socket.end(octets);
  });
  return within(talk, 'an answer on the control socket');
}

t.test('requests', async (t) => {
  const server = await startServer(t, { zones });

  await t.test('owner and group may ask, nobody else', async (t) => {
    const { mode } = await stat(join(server.dir, 'control.sock'));
    t.equal(mode & 0o777, 0o660);
    t.equal((await stat(join(server.dir, 'state'))).mode & 0o007, 0, 'nor may they look at the state');
  });

  await t.test('status says why nobody is sent to a mirror of weight 0', async (t) => {
    t.match(
      (await server.run('status')).stdout,
      /^ +zero +192\.0\.2\.3 +up, disabled +0 .* its weight is 0$/m,
    );
  });

  await t.test('what makes no sense is refused in JSON, and said', async (t) => {
    const disable = JSON.stringify({ mirror: 'aurora', reason: 'x' });
    const cases: readonly [
      method: string,
      route: string,
      body: string | undefined,
      status: number,
      message: RegExp,
    ][] = [
      ['GET', '/nowhere', undefined, 404, /no such request/],
      ['GET', '/', undefined, 404, /no such request/],
      ['POST', '/status', '{}', 404, /no such request/],
      ['GET', '/disable', undefined, 404, /no such request/],
      ['PUT', '/disable', disable, 404, /no such request/],
      ['GET', '/constructor', undefined, 404, /no such request/],
      ['POST', '/disable', '{"mirror":', 422, /not JSON/],
      ['POST', '/disable', '', 422, /mirror/],
      ['POST', '/disable', '[]', 422, /.+/],
      ['POST', '/disable', 'null', 422, /.+/],
      ['POST', '/disable', '{"mirror":"aurora"}', 422, /reason/],
      ['POST', '/disable', '{"mirror":5,"reason":"x"}', 422, /mirror/],
      ['POST', '/disable', '{"mirror":"aurora","reason":""}', 422, /reason/],
      ['POST', '/disable', '{"mirror":"aurora","reason":"x","for":"1h"}', 422, /for/],
      ['POST', '/disable', '{"mirror":"aurora","reason":"x","until":"soon"}', 422, /expected a time to come/],
      ['POST', '/enable', '{}', 422, /mirror/],
      ['POST', '/explain', '{"name":"dl.example.org","from":"192.0.2.1","type":"MX"}', 422, /type/],
      ['POST', '/explain', '{"name":"dl.example.org","from":"nowhere","type":"A"}', 422, /nowhere/],
      ['POST', '/reload', '{', 422, /not JSON/],
    ];
    for (const [method, route, body, status, message] of cases) {
      const reply = await server.request(method, route, body);
      const what = `${method} ${route} ${body ?? ''}`;
      t.equal(reply.status, status, what);
      t.match(JSON.parse(reply.body), { error: { code: 'REQUEST_REFUSED', message } }, what);
    }
  });

  await t.test('a body that is too large', async (t) => {
    for (const size of [65_537, 5_000_000]) {
      const reply = await server.request('POST', '/disable', 'x'.repeat(size));
      t.equal(reply.status, 422, `${size} octets`);
      t.match(JSON.parse(reply.body), { error: { message: 'a request has 65536 octets at most' } });
    }
  });

  await t.test('what is not HTTP at all', async (t) => {
    t.match(await raw(server, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
    t.match(await raw(server, Buffer.alloc(20_000, 'a')), /^HTTP\/1\.1 4\d\d /);
    t.match(await raw(server, 'GET /status HTTP/1.1\r\nhost: x\r\n'), /^(HTTP\/1\.1 400 .*)?/s);
  });

  await t.test('a hundred at once', async (t) => {
    const replies = await Promise.all(Array.from({ length: 100 }, () => server.request('GET', '/status')));
    t.same(new Set(replies.map(({ status }) => status)), new Set([200]));
    const reloads = await Promise.all(
      Array.from({ length: 10 }, () => server.request('POST', '/reload', '{}')),
    );
    t.same(new Set(reloads.map(({ status }) => status)), new Set([200]));
    const generations = reloads.map(({ body }): unknown => JSON.parse(body).generation);
    t.ok(new Set(generations).size <= 2, 'those that are asked for meanwhile are one more');
  });

  const { body } = await server.request('GET', '/status');
  t.notOk(JSON.stringify(JSON.parse(body)).includes('override'), 'and none of all that has changed anything');
});

t.test('a thousand explanations at once: a few are made, the rest refused, and it goes on', async (t) => {
  const server = await startServer(t, { zones });
  const client = await udpClient(t, server);
  const megabytes = async (): Promise<number> => {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${server.pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  };
  const before = await megabytes();
  const asked = JSON.stringify({ name: 'dl.example.org', from: '192.0.2.1', type: 'A' });
  const explain = (): Promise<Reply> =>
    server.request('POST', '/explain', asked).catch(async (error: unknown) => {
      // The kernel has no room for as many who knock at the same moment.
      if (codeOf(error) !== 'EAGAIN') throw error;
      await new Promise((resolve) => setImmediate(resolve));
      return explain();
    });
  const replies = await Promise.all(Array.from({ length: 1000 }, explain));
  const made = replies.filter(({ status }) => status === 200).length;
  const refused = replies.filter(({ body }) => /others ask for the same just now/.test(body)).length;
  t.equal(made + refused, 1000);
  t.ok(made >= 1 && refused > 500, `${made} made`);
  const more = (await megabytes()) - before;
  t.ok(more < 400, `${more.toFixed()} MB more at the most`);
  t.equal((await client.addresses({ name: 'dl.example.org' })).length, 2);
  t.match(await server.request('POST', '/explain', asked), { status: 200 });
});

t.test('the socket that a killed server leaves is taken over', async (t) => {
  const first = await startServer(t, { zones });
  await first.stop('SIGKILL');
  t.match(await first.run('status'), { code: 3, stderr: /the server is not running/ });
  const second = await startServer(t, { home: first });
  t.match(await second.run('status'), { code: 0 });
  t.equal((await stat(join(second.dir, 'control.sock'))).mode & 0o777, 0o660);
});

t.test('a second server on the same directory is refused, and does no harm', async (t) => {
  const server = await startServer(t, { zones });
  const again = ['serve', '--config', 'geopool.yaml', '--listen', '127.0.0.1:0'];
  for (const control of ['control.sock', 'another.sock']) {
    const { code, stderr } = await server.run(...again, '--state', 'state', '--control', control);
    t.equal(code, 1);
    const said = stderr.replace(String(server.pid), 'PID');
    t.equal(
      said,
      'geopool: state: in use by another geopool (process PID holds state/server.lock); stop it, or give this one a directory of its own with --state\n',
    );
  }
  const { code, stderr } = await server.run(...again, '--state', 'other', '--control', 'control.sock');
  t.equal(code, 1);
  t.match(stderr, /control\.sock: in use; is another geopool running on this state directory\?\n$/);
  t.notOk((await readdir(join(server.dir, 'other'))).includes('server.lock'), 'that one is free again');
  t.match(await server.run('disable', 'aurora', '--force', '--reason', 'x'), { code: 0 });
  t.same(await (await udpClient(t, server)).addresses({ name: 'dl.example.org' }), ['192.0.2.2']);
  await server.stop();
  const next = await startServer(t, { home: server });
  t.match((await next.status()).zones[0]?.pools[0]?.mirrors[0]?.override, { reason: 'x' }, 'kept');
});

t.test('a path that can be no socket: the server serves all the same, and says so', async (t) => {
  const home = await makeHome(t, { zones });
  await writeFile(join(home.dir, 'precious'), 'a file of somebody');
  await symlink('precious', join(home.dir, 'link'));
  const cases: readonly [control: string, error: RegExp][] = [
    [`${'x'.repeat(120)}.sock`, /107 octets at most; set a shorter one with --control$/],
    ['link', /link: something that is not a socket is in the way/],
  ];
  for (const [control, error] of cases) {
    const server = await startServer(t, { home, control });
    t.match(await server.log.waitFor('control-unavailable'), { level: 'error', error });
    const client = await udpClient(t, server);
    t.equal((await client.addresses({ name: 'dl.example.org' })).length, 2, control);
    t.match(await server.stop(), { code: 0 });
  }
  t.equal(await readFile(join(home.dir, 'precious'), 'utf8'), 'a file of somebody', 'which is still there');
});
