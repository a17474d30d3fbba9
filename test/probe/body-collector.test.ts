import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { createBodyCollector, MAX_BODY } from '../../src/probe/body-collector.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import { checkOf, httpProbe } from '../health/targets.js';
import { lacking, serveNginx } from './daemons.js';

const never = new AbortController().signal;

/** What a collector makes of a body that comes in pieces of 1000 octets. */
async function collected(octets: Buffer, coding?: string) {
  const collector = createBodyCollector();
  for (let at = 0; at < octets.length; at += 1000) {
    if (collector.take(octets.subarray(at, at + 1000))) break;
  }
  const body = await collector.content(coding, never);
  return { text: body.octets.toString('latin1'), whole: body.whole };
}

t.test('a body is kept up to what is looked at', async (t) => {
  t.same(await collected(Buffer.from('tails archive')), { text: 'tails archive', whole: true });
  t.same(await collected(Buffer.alloc(0)), { text: '', whole: true });
  const long = await collected(Buffer.alloc(MAX_BODY + 5000, 'x'));
  t.equal(long.text.length, MAX_BODY);
  t.notOk(long.whole);
});

t.test('what comes compressed, though it was not asked for so, is decoded', async (t) => {
  const text = Buffer.from('tails archive');
  for (const [coding, octets] of [
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', text],
  ] as const) {
    t.same(await collected(octets, coding), { text: 'tails archive', whole: true }, coding);
  }
});

t.test('of what is longer, or cut off in the middle, as much as there is', async (t) => {
  let state = 1;
  const noise = Buffer.from(
    Array.from({ length: 200_000 }, () => {
      state = (state * 48271) % 0x7fffffff;
      return state & 255;
    }),
  );
  for (const [coding, compress] of [
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const) {
    const part = await collected(compress(noise), coding);
    t.ok(part.text.length > MAX_BODY / 2, `${coding}: ${part.text.length} octets`);
    t.equal(part.text, noise.toString('latin1', 0, part.text.length), coding);
    t.notOk(part.whole);
    const bomb = await collected(compress(Buffer.alloc(50_000_000)), coding);
    t.equal(bomb.text.length, MAX_BODY, `${coding}: no more than that of a bomb`);
    t.notOk(bomb.whole);
  }
});

t.test('what is not what it says, or of a coding that is not known, is taken as it came', async (t) => {
  t.same(await collected(Buffer.from('tails archive'), 'gzip'), { text: 'tails archive', whole: true });
  t.same(await collected(Buffer.from('tails archive'), 'zstd'), { text: 'tails archive', whole: true });
});

t.test('who gives up waits for no decoding', async (t) => {
  const collector = createBodyCollector();
  collector.take(gzipSync('tails'));
  await t.rejects(collector.content('gzip', AbortSignal.abort(new Error('late'))), { message: 'late' });
});

t.test('a file that nginx has compressed alone', { skip: lacking('nginx') }, async (t) => {
  const port = await serveNginx(t, t.testdir(), 'dl.example.org', {
    'index.txt.gz': gzipSync('the tails archive\n'),
    trace: gzipSync('not named .gz'),
    'trace.gz': gzipSync(`${Math.floor(Date.now() / 1000)}\n`),
  });
  const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver: createResolver() });
  for (const parts of [
    { path: '/index.txt', contains: { text: 'tails archive' } },
    { path: '/trace', maxAge: 3_600_000 },
  ]) {
    const probe = httpProbe({ port, timeout: 20_000, ...parts });
    t.match(await run(checkOf('127.0.0.1', probe), never), { ok: true }, parts.path);
  }
});
