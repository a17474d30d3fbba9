/** From the config to the policy of the workers, and what of it lives on when the config changes. */
import { join } from 'node:path';
import t from 'tap';
import { openAnswering } from '../../src/daemon/answering.js';
import { seededRandom } from '../../src/platform/random.js';
import { parseServerConfig } from '../../src/zone/server-config.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const configOf = (text: string) => parseServerConfig(text, 'geopool.yaml').answering;

function opened(text: string) {
  const clock = createFakeClock();
  const tools = { clock, random: seededRandom(1), log: createRecordingLog() };
  return { clock, answering: openAnswering(configOf(text), tools) };
}

t.test('the policy says what the config does', async (t) => {
  const plain = opened('').answering;
  t.match(plain.policy(), { cookieRequired: false, nsid: undefined, chaos: [] });
  t.ok(plain.policy().cookies !== undefined && plain.policy().rateLimit !== undefined);
  plain.stop();
  const { answering } = opened(
    'rate_limit: { enabled: false }\ncookies: { enabled: false }\nnsid: é\nchaos: { version: v }',
  );
  t.match(answering.policy(), { cookies: undefined, rateLimit: undefined, nsid: Uint8Array.of(0xc3, 0xa9) });
  t.equal(answering.policy().chaos.length, 2);
  answering.stop();
});

t.test('another config is followed when it is told to be, and what it leaves alone is kept', async (t) => {
  const { answering, clock } = opened('rate_limit: { rate: 5 }');
  const before = answering.policy();
  const follow = answering.prepare(configOf('rate_limit: { rate: 5 }\nnsid: ns1'));
  t.equal(answering.policy(), before, 'only looked at');
  follow();
  t.not(answering.policy().nsid, undefined);
  t.equal(answering.policy().cookies, before.cookies, 'cookies that clients have stay good');
  t.equal(answering.policy().rateLimit, before.rateLimit, 'who asked too much still has');
  answering.prepare(configOf('rate_limit: { rate: 6 }\ncookies: { enabled: false }'))();
  t.not(answering.policy().rateLimit, before.rateLimit);
  t.equal(answering.policy().cookies, undefined);
  t.equal(clock.waiting(), 0, 'nobody rolls the secrets over that are gone');
});

t.test('a config that is not followed in the end leaves nothing behind', async (t) => {
  const { answering, clock } = opened('cookies: { enabled: false }');
  const follow = answering.prepare(configOf(''));
  t.equal(clock.waiting(), 0);
  follow();
  t.equal(clock.waiting(), 1, 'the secret is rolled over');
  answering.stop();
  t.equal(clock.waiting(), 0);
});

t.test('a file of secrets that is wrong stops a start, and no server', async (t) => {
  const file = join(t.testdir({ secrets: 'nonsense\n' }), 'secrets');
  const wrong = `cookies: { secret_file: ${file} }`;
  t.throws(() => opened(wrong), { code: 'CONFIG_INVALID' });
  const { answering } = opened('');
  const before = answering.policy();
  t.throws(() => answering.prepare(configOf(wrong)), { code: 'CONFIG_INVALID' });
  t.equal(answering.policy(), before);
  answering.stop();
});
