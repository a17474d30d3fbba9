import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Handlers } from '../../src/control/handlers.js';
import { createLine } from '../../src/control/line.js';
import { keepControl } from '../../src/daemon/control-socket.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

function handlers(generation: number): Handlers {
  const unwanted = (): never => {
    throw new Error('not of interest');
  };
  return {
    status: unwanted,
    explain: unwanted,
    explaining: createLine(1, 16),
    history: unwanted,
    notifyTest: unwanted,
    probe: unwanted,
    disable: unwanted,
    enable: unwanted,
    challenges: { add: unwanted, remove: unwanted, list: unwanted },
    reload: async () => ({ generation, zones: 1, faults: [] }),
    geoInfo: unwanted,
    geoAccept: unwanted,
    geoReject: unwanted,
    geoUpdates: unwanted,
    geoUpdate: unwanted,
  };
}

/** Short: the path of a socket has 107 octets at most. */
async function home(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function keep(t: Test, path: string, generation = 1) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const control = await keepControl(path, handlers(generation), { clock, log });
  t.teardown(() => control.close());
  /** Lets time pass until something has happened on a real disk. */
  const pass = async (until: () => boolean): Promise<void> => {
    while (!until()) await clock.advance(1000);
  };
  return { clock, log, control, pass };
}

/** What a server says there, over a connection of its own. */
async function generationAt(socketPath: string): Promise<unknown> {
  const request = httpRequest({ socketPath, method: 'POST', path: '/reload', agent: false }).end('{}');
  const [response] = await once(request, 'response');
  let text = '';
  for await (const piece of response) text += String(piece);
  return JSON.parse(text).generation;
}

t.test('a socket that is removed is opened again, and said', async (t) => {
  const path = join(await home(t), 'deep', 's');
  mkdirSync(join(path, '..'));
  const { log, pass, control } = await keep(t, path);
  t.equal(await generationAt(path), 1);
  rmSync(path);
  await pass(() => existsSync(path));
  t.equal(await generationAt(path), 1);
  t.match(log.lines, [{ event: 'control-recreated', level: 'warn' }]);
  t.equal(statSync(path).mode & 0o777, 0o660);
  rmSync(join(path, '..'), { recursive: true });
  await pass(() => log.lines.length === 2);
  t.match(log.lines[1], { event: 'control-unavailable', level: 'error', error: /can't open/ });
  mkdirSync(join(path, '..'));
  await pass(() => existsSync(path));
  t.equal(await generationAt(path), 1);
  t.equal(log.lines.length, 3, 'said once');
  await control.close();
  t.notOk(existsSync(path));
});

t.test('one that can’t be had at the start is had as soon as it can be', async (t) => {
  const path = join(await home(t), 's');
  writeFileSync(path, 'in the way');
  const { log, pass } = await keep(t, path);
  t.match(log.lines, [{ event: 'control-unavailable', error: /not a socket is in the way/ }]);
  rmSync(path);
  await pass(() => log.lines.length === 2);
  t.match(log.lines[1], { event: 'control-recreated', message: `${path} is open now` });
  t.equal(await generationAt(path), 1);
});

t.test('another server’s is refused at the start, and left alone later', async (t) => {
  const path = join(await home(t), 's');
  const first = await keep(t, path);
  await t.rejects(keep(t, path), { code: 'ALREADY_RUNNING' });
  renameSync(path, `${path}.old`);
  const second = await keep(t, path, 2);
  await first.pass(() => first.log.lines.length > 0);
  await first.clock.advance(60_000);
  t.match(first.log.lines, [{ event: 'control-unavailable', error: /in use/ }], 'said once');
  await first.control.close();
  t.equal(await generationAt(path), 2);
  await second.control.close();
});

t.test('what a killed server left is replaced', async (t) => {
  const path = join(await home(t), 's');
  const { log, pass } = await keep(t, path);
  renameSync(path, `${path}.old`);
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('open'))`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  const gone = once(other, 'exit');
  other.kill('SIGKILL');
  await gone;
  t.ok(existsSync(path));
  await pass(() => log.lines.length > 0);
  t.same(log.events(), ['control-recreated']);
  t.equal(await generationAt(path), 1);
});
