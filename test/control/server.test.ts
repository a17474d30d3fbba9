import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest, Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ask } from '../../src/control/client.js';
import type { Handlers } from '../../src/control/handlers.js';
import type { HistoryReport } from '../../src/control/history-report.js';
import { createLine } from '../../src/control/line.js';
import { openControl } from '../../src/control/server.js';
import { GeopoolError } from '../../src/platform/errors.js';
import { createRecordingLog, type RecordingLog } from '../health/recording-log.js';

interface Scene {
  readonly path: string;
  readonly log: RecordingLog;
  /** What the handlers were asked, in order. */
  readonly asked: unknown[];
  send(method: string, url: string, body?: string): Promise<{ status: number; type: string; body: string }>;
}

/** Short: the path of a socket has 107 octets at most. */
async function newPath(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 's');
}

/** Handlers that note what they are asked; whatever is not of interest rejects. */
function handlers(asked: unknown[], overrides: Partial<Handlers> = {}): Handlers {
  const unwanted = (): never => {
    throw new Error('a defect of the handlers');
  };
  return {
    status: unwanted,
    explain: unwanted,
    explaining: createLine(1, 16),
    history: unwanted,
    notifyTest: async () => ({ channels: [] }),
    probe: unwanted,
    disable: async (request) => {
      asked.push(request);
      return { zone: 'dl.example.org', mirror: request.mirror, changed: true, all: [] };
    },
    enable: async (request) => {
      asked.push(request);
      return { zone: 'dl.example.org', mirror: request.mirror, changed: false, all: [] };
    },
    challenges: { add: unwanted, remove: unwanted, list: () => [] },
    reload: async () => ({ generation: 3, zones: 1, faults: [] }),
    geoInfo: () => [],
    geoAccept: async () => [],
    geoReject: async () => [],
    geoUpdates: () => [],
    geoUpdate: async () => {
      throw new GeopoolError('UPDATE_FAILED', 'no network', { details: ['one', 'two'] });
    },
    ...overrides,
  };
}

async function setUp(t: Test, overrides: Partial<Handlers> = {}, patience?: number): Promise<Scene> {
  const path = await newPath(t);
  const log = createRecordingLog();
  const asked: unknown[] = [];
  const control = await openControl(path, handlers(asked, overrides), undefined, log, patience);
  t.teardown(() => control.close());
  return {
    path,
    log,
    asked,
    send: (method, url, body) =>
      new Promise((resolve, reject) => {
        const request = httpRequest({ socketPath: path, method, path: url, agent: false }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers['content-type'] ?? '',
              body: text,
            }),
          );
        });
        request.on('error', reject);
        request.end(body);
      }),
  };
}

t.test('carries requests to the handlers', async (t) => {
  const { path, asked } = await setUp(t);
  t.same(await ask(path, 'POST', '/disable', { mirror: 'aurora', reason: 'x' }), {
    zone: 'dl.example.org',
    mirror: 'aurora',
    changed: true,
    all: [],
  });
  t.match(await ask(path, 'POST', '/enable', { mirror: 'aurora' }), { changed: false });
  t.match(
    await ask(path, 'POST', '/disable', { mirror: 'a', reason: 'x', until: '2099-01-01T00:00:00Z' }),
    {},
  );
  t.same(asked, [
    { mirror: 'aurora', reason: 'x' },
    { mirror: 'aurora' },
    { mirror: 'a', reason: 'x', until: '2099-01-01T00:00:00Z' },
  ]);
  t.same(await ask(path, 'POST', '/reload', {}), { generation: 3, zones: 1, faults: [] });
  t.same(await ask(path, 'GET', '/geo'), []);
});

t.test('hands a refusal on whole', async (t) => {
  const { path, send, log } = await setUp(t);
  await t.rejects(ask(path, 'POST', '/geo/update', {}), {
    code: 'UPDATE_FAILED',
    message: 'no network',
    details: ['one', 'two'],
  });
  t.match(await send('POST', '/geo/update'), { status: 422, type: 'application/json' });
  t.same(log.lines, [], 'what was refused is no event');
});

t.test('a defect of ours is a 500 and in the log, and the next request is answered', async (t) => {
  const { path, send, log } = await setUp(t);
  const { status, body } = await send('GET', '/status');
  t.equal(status, 500);
  t.match(JSON.parse(body), { error: { message: 'a defect of the handlers' } });
  t.match(log.lines, [{ level: 'error', event: 'control-fault', error: 'a defect of the handlers' }]);
  t.match(await ask(path, 'POST', '/reload', {}), { generation: 3 });
});

t.test('the reason has bounds', async (t) => {
  const { send, asked } = await setUp(t);
  const disable = (reason: string) => send('POST', '/disable', JSON.stringify({ mirror: 'a', reason }));
  t.match(await disable(''), { status: 422, body: /reason/ });
  t.match(await disable('x'.repeat(1001)), { status: 422, body: /reason/ });
  t.match(await disable('x'.repeat(1000)), { status: 200 });
  t.equal(asked.length, 1);
});

t.test('another server has it', async (t) => {
  const { path } = await setUp(t);
  await t.rejects(openControl(path, handlers([]), undefined, createRecordingLog()), {
    code: 'ALREADY_RUNNING',
    exitCode: 1,
  });
  t.match(await ask(path, 'POST', '/reload', {}), { generation: 3 }, 'and keeps it');
});

t.test('nobody else can connect before it is shared, whatever the mask', async (t) => {
  const path = await newPath(t);
  const mask = process.umask(0);
  t.teardown(() => process.umask(mask));
  const opening = openControl(path, handlers([]), undefined, createRecordingLog());
  // In the turn in which it is bound.
  while (!existsSync(path)) await null;
  t.equal(statSync(path).mode & 0o777, 0o700);
  const control = await opening;
  t.teardown(() => control.close());
  t.equal(statSync(path).mode & 0o777, 0o660);
  t.equal(process.umask(), 0, 'and the mask is as it was');
});

t.test('requests that stop half way end in time', async (t) => {
  const { path, log } = await setUp(t, {}, 100);
  const halves = [
    '',
    'POST /reload HTTP/1.1\r\nhost: x\r\n',
    'POST /reload HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{',
  ];
  await Promise.all(
    halves.map(async (half) => {
      const socket = connect(path);
      socket.on('error', () => undefined).resume();
      socket.write(half);
      await once(socket, 'close');
      t.pass(half);
    }),
  );
  t.match(await ask(path, 'POST', '/reload', {}), { generation: 3 });
  t.same(log.lines, [], 'which is no fault of the server');
});

t.test('a connection that can not be accepted is not the end', async (t) => {
  const { path } = await setUp(t);
  // Tells which server answers; the kernel can't be made to run out of descriptors for this one alone.
  let server: Server | undefined;
  const onRequest = (message: unknown): void => {
    if (typeof message === 'object' && message !== null && 'server' in message)
      server = message.server instanceof Server ? message.server : undefined;
  };
  subscribe('http.server.request.start', onRequest);
  t.teardown(() => unsubscribe('http.server.request.start', onRequest));
  await ask(path, 'POST', '/reload', {});
  t.ok(server?.emit('error', new Error('accept EMFILE')));
  t.match(await ask(path, 'POST', '/reload', {}), { generation: 3 });
});

t.test('an answer that nobody takes is given up, and the next in line is answered', async (t) => {
  const report = (mirror: string | undefined): HistoryReport =>
    JSON.parse(JSON.stringify({ text: 'x'.repeat(mirror === 'much' ? 10_000_000 : 1) }));
  const { path, send } = await setUp(t, { history: async (mirror) => report(mirror) }, 1000);
  const body = '{"mirror":"much"}';
  const sockets = Array.from({ length: 8 }, () => {
    const socket = connect(path).pause();
    socket.on('error', () => undefined);
    socket.write(`POST /history HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  t.match(await send('POST', '/history', '{}'), { status: 200, body: '{"text":"x"}\n' });
  for (const socket of sockets) socket.destroy();
});

t.test('a hundred explanations at once: one is made, sixteen wait, the others may come again', async (t) => {
  let [now, most] = [0, 0];
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { send } = await setUp(t, {
    explain: async () => {
      most = Math.max(most, ++now);
      await gate;
      now--;
      throw new GeopoolError('REQUEST_REFUSED', 'explained');
    },
  });
  const asked = JSON.stringify({ name: 'dl.example.org', from: '192.0.2.1', type: 'A' });
  let refused = 0;
  const replies = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const { body } = await send('POST', '/explain', asked);
      if (body.includes('17 others ask for the same just now; try again in a moment') && ++refused === 83)
        open();
      return body;
    }),
  );
  t.equal(replies.filter((body) => body.includes('explained')).length, 17);
  t.equal(most, 1, 'at a time');
  t.match(await send('POST', '/explain', asked), { body: /explained/ }, 'and then all is as before');
});

t.test('what somebody says has bounds, which are said', async (t) => {
  const { send } = await setUp(t);
  const body = async (more: object): Promise<string> =>
    (await send('POST', '/disable', JSON.stringify({ mirror: 'a', reason: 'moved', ...more }))).body;
  t.match(await body({ reason: '' }), /"reason: 0 characters, expected 1 to 1000"/);
  t.match(await body({ reason: 'x'.repeat(1001) }), /"reason: 1001 characters, expected 1 to 1000"/);
  t.match(await body({ by: '' }), /"by: 0 characters, expected 1 to 100"/);
  t.match(await body({ reason: 5 }), /"reason: expected text"/);
});

t.test('owner and group may open it, and it is gone at the end', async (t) => {
  const path = await newPath(t);
  const control = await openControl(path, handlers([]), undefined, createRecordingLog());
  t.equal((await stat(path)).mode & 0o777, 0o660);
  await control.close();
  await t.rejects(stat(path), { code: 'ENOENT' });
});

t.test('paths that can not be', async (t) => {
  const path = await newPath(t);
  const open = (where: string) => openControl(where, handlers([]), undefined, createRecordingLog());
  await t.rejects(open('x'.repeat(108)), { code: 'STATE_UNUSABLE', message: /107 octets at most/ });
  await t.rejects(open(`${path}/gone/s`), {
    code: 'STATE_UNUSABLE',
    message: /can't open the control socket/,
  });
  await writeFile(path, 'a file of somebody');
  await t.rejects(open(path), {
    code: 'STATE_UNUSABLE',
    message: /something that is not a socket is in the way/,
  });
  await t.rejects(open(`${path}/below`), { code: 'STATE_UNUSABLE' });
  t.equal((await stat(path)).size, 18);
});

t.test('closing cuts off who is still waiting', async (t) => {
  const path = await newPath(t);
  let reached: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const stuck = handlers([], {
    geoUpdate: () => {
      reached();
      return new Promise(() => undefined);
    },
  });
  const control = await openControl(path, stuck, undefined, createRecordingLog());
  const waiting = t.rejects(ask(path, 'POST', '/geo/update', {}), { code: 'SERVER_UNREACHABLE' });
  await inside;
  await control.close();
  await waiting;
});
