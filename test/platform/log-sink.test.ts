import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openLogSink } from '../../src/platform/log-sink.js';
import { createFakeClock } from '../fake-clock.js';

function directory(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'geopool-sink-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A pipe as a shell makes it: its writing end blocks. */
function pipe(t: Test): { reader: number; writer: number } {
  const path = join(directory(t), 'pipe');
  spawnSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  t.teardown(() => closeSync(writer));
  return { reader, writer };
}

function readAll(fd: number): string {
  const chunk = Buffer.alloc(1 << 17);
  let text = '';
  for (;;) {
    try {
      const octets = readSync(fd, chunk);
      if (octets === 0) return text;
      text += chunk.toString('utf8', 0, octets);
    } catch {
      return text;
    }
  }
}

const line = (number: number, length = 600): string => `${number} ${'x'.repeat(length)}\n`;

t.test(
  'a reader who stands still is not waited for, and later reads whole lines in their order',
  async (t) => {
    const { reader, writer } = pipe(t);
    const flags = () => readFileSync(`/proc/self/fdinfo/${writer}`, 'utf8').match(/flags:\s*(\d+)/)?.[1];
    const before = flags();
    const clock = createFakeClock();
    const told: number[] = [];
    const sink = openLogSink(writer, clock, (lines) => told.push(lines));
    const LINES = 4000;
    for (let i = 0; i < LINES; i++) sink.write(line(i));
    const dropped = sink.dropped();
    t.ok(dropped > 1000, `${dropped} dropped: what waits in memory is bounded`);
    t.ok(sink.waiting());
    t.same(told, [], 'nobody could read it yet');
    let text = '';
    while (sink.waiting()) {
      text += readAll(reader);
      await clock.advance(50);
    }
    text += readAll(reader);
    t.same(told, [dropped], 'then it is said, once');
    t.equal(text, Array.from({ length: LINES - dropped }, (_, i) => line(i)).join(''), 'the first ones');
    sink.write(line(1));
    t.equal(readAll(reader), line(1), 'what comes then is there at once');
    t.equal(flags(), before, 'those who share the pipe find it as it was');
  },
);

t.test('a reader who is gone costs nothing but the lines', async (t) => {
  const { reader, writer } = pipe(t);
  const sink = openLogSink(writer, createFakeClock(), () => t.fail('nothing is written again'));
  closeSync(reader);
  for (let i = 0; i < 10; i++) sink.write(line(i));
  t.equal(sink.dropped(), 10);
  t.notOk(sink.waiting());
});

t.test('a device that takes nothing', async (t) => {
  const fd = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(fd));
  const sink = openLogSink(fd, createFakeClock(), () => t.fail('nothing is written again'));
  for (let i = 0; i < 10; i++) sink.write(line(i));
  t.equal(sink.dropped(), 10);
});

/** Resolves when a thread has written what there is. */
async function written({ waiting }: { waiting(): boolean }): Promise<void> {
  while (waiting()) await new Promise((resolve) => setImmediate(resolve));
}

t.test('a file has all lines in their order', async (t) => {
  const path = join(directory(t), 'log');
  writeFileSync(path, 'before\n');
  const fd = openSync(path, 'a');
  t.teardown(() => closeSync(fd));
  const sink = openLogSink(fd, createFakeClock(), () => undefined);
  for (let i = 0; i < 100; i++) sink.write(line(i));
  await written(sink);
  t.equal(readFileSync(path, 'utf8'), `before\n${Array.from({ length: 100 }, (_, i) => line(i)).join('')}`);
});

const mount = join(tmpdir(), `geopool-sink-disk-${process.pid}`);
const disk = spawnSync('sh', ['-c', `mkdir ${mount} && mount -t tmpfs -o size=64k tmpfs ${mount}`]).status;
t.teardown(() => spawnSync('sh', ['-c', `umount ${mount}; rmdir ${mount}`]));

t.test(
  'a full disk: half a line stands alone, and all is well when there is room',
  {
    skip: disk !== 0 && 'no disk can be mounted here',
  },
  async (t) => {
    writeFileSync(join(mount, 'filler'), Buffer.alloc(16_384));
    const path = join(mount, 'log');
    const fd = openSync(path, 'a');
    t.teardown(() => closeSync(fd));
    const told: number[] = [];
    const sink = openLogSink(fd, createFakeClock(), (lines) => told.push(lines));
    for (let i = 0; i < 150; i++) sink.write(line(i, 990));
    await written(sink);
    const full = readFileSync(path, 'utf8');
    t.equal(full.length, 49_152, 'as much as there is room');
    t.notOk(full.endsWith('\n'), 'which is no whole number of lines');
    const dropped = sink.dropped();
    t.equal(dropped, 150 - full.split('\n').length + 1);
    rmSync(join(mount, 'filler'));
    sink.write('again\n');
    await written(sink);
    t.equal(readFileSync(path, 'utf8'), `${full}\nagain\n`);
    t.same(told, [dropped]);
    t.equal(sink.dropped(), dropped);
  },
);
