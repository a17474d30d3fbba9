import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ask } from '../../src/control/client.js';
import type { Handlers } from '../../src/control/handlers.js';
import { openControl } from '../../src/control/server.js';
import { GeopoolError } from '../../src/errors.js';
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
    reload: async () => ({ generation: 3, zones: 1, faults: [] }),
    geoInfo: () => [],
    geoUpdates: () => [],
    geoUpdate: async () => {
      throw new GeopoolError('UPDATE_FAILED', 'no network', { details: ['one', 'two'] });
    },
    ...overrides,
  };
}

async function setUp(t: Test, overrides: Partial<Handlers> = {}): Promise<Scene> {
  const path = await newPath(t);
  const log = createRecordingLog();
  const asked: unknown[] = [];
  const control = await openControl(path, handlers(asked, overrides), undefined, log);
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
    message: /something that is no socket is in the way/,
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
