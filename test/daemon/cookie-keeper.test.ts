/** Cookie secrets over time: the server's own roll over, those of a file follow the file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { BANK_WORD, type CookieSecrets, currentBank } from '../../src/answer/cookie-secrets.js';
import { keepCookies } from '../../src/daemon/cookie-keeper.js';
import { GeopoolError } from '../../src/platform/errors.js';
import type { CookieConfig } from '../../src/zone/answering-config.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const HOUR = 3_600_000;

function keep(config: Partial<CookieConfig>, random = 0.5) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  let made = 0;
  const keeper = keepCookies({
    config: { enabled: true, required: false, ...config },
    clock,
    random: () => random,
    randomBytes: (octets) => new Uint8Array(octets).fill(++made),
    log,
  });
  keeper.start();
  return { keeper, clock, log };
}

/** The first octets of the secrets that count: that which makes cookies, and that which is good as well. */
function secretsOf(shared: CookieSecrets | undefined): number[] {
  if (shared === undefined) return [];
  const bank = currentBank(shared);
  const first = (word: number): number => (shared[bank + word] ?? 0) & 0xff;
  const other = shared[bank + BANK_WORD.HAS_OTHER] === 0 ? [] : [first(BANK_WORD.OTHER)];
  return [first(BANK_WORD.CURRENT), ...other];
}

t.test('RFC 7873 §7.1: a secret of our own serves for a day at the most', async (t) => {
  for (const [random, hours] of [
    [0, 24],
    [0.5, 19.2],
    [0.999999, 14.4],
  ] as const) {
    const { keeper, clock } = keep({}, random);
    t.same(secretsOf(keeper.secrets), [1]);
    await clock.advance((hours - 0.1) * HOUR);
    t.same(secretsOf(keeper.secrets), [1]);
    await clock.advance(0.2 * HOUR);
    t.same(secretsOf(keeper.secrets), [2, 1], 'the one before is good for an hour');
    await clock.advance(0.7 * HOUR);
    t.same(secretsOf(keeper.secrets), [2, 1]);
    await clock.advance(0.3 * HOUR);
    t.same(secretsOf(keeper.secrets), [2]);
    await clock.advance((hours + 0.1) * HOUR);
    t.same(secretsOf(keeper.secrets), [3, 2], 'and so on');
    keeper.stop();
    t.equal(clock.waiting(), 0);
  }
});

t.test('secrets of a file are read anew at a reload; a wrong one changes nothing', async (t) => {
  const file = join(t.testdir({ secrets: `${'11'.repeat(16)}\n` }), 'secrets');
  const { keeper, log, clock } = keep({ secretFile: file });
  t.same(secretsOf(keeper.secrets), [0x11]);
  t.equal(clock.waiting(), 0, 'when it changes is for whoever writes it');
  writeFileSync(file, `${'22'.repeat(16)}\n${'11'.repeat(16)}\n`);
  t.same(keeper.reload(), []);
  t.same(secretsOf(keeper.secrets), [0x22, 0x11]);
  writeFileSync(file, '# none\nx\n');
  t.match(keeper.reload(), [/secrets:2:1: not a secret/]);
  t.same(secretsOf(keeper.secrets), [0x22, 0x11]);
  t.same(log.events(), ['cookie-secrets-wrong']);
  keeper.stop();
});

t.test('a start with a wrong file fails, with the place', async (t) => {
  const dir = t.testdir({ secrets: 'x' });
  for (const [name, expected] of [
    ['secrets', /secrets:1:1: not a secret/],
    ['missing', /missing:1:1: can't be read: ENOENT/],
  ] as const) {
    try {
      keep({ secretFile: join(dir, name) });
      t.fail('no error');
    } catch (error) {
      t.ok(error instanceof GeopoolError && error.code === 'CONFIG_INVALID');
      t.match(error instanceof GeopoolError && error.details, [expected]);
    }
  }
});

t.test('not in use', async (t) => {
  const { keeper, clock } = keep({ enabled: false, secretFile: '/nowhere' });
  t.equal(keeper.secrets, undefined);
  t.same(keeper.reload(), []);
  t.equal(clock.waiting(), 0);
});
