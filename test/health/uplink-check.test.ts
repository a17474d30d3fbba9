import t from 'tap';
import { createUplinkCheck } from '../../src/health/uplink-check.js';
import type { CanaryAnswer } from '../../src/probe/canary-run.js';
import { readCanary } from '../../src/zone/canaries.js';
import type { Canary } from '../../src/zone/model.js';
import { isTextFault } from '../../src/zone/text-fault.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from './recording-log.js';
import { targetOf } from './targets.js';

function canary(text: string): Canary {
  const read = readCanary(text);
  if (isTextFault(read)) throw new Error(read.fault);
  return read;
}

const ONE = '192.0.2.1:443';
const TWO = 'https://canary.example/';
const here = targetOf('192.0.2.10');
const here6 = targetOf('2001:db8::10');

/** Self-doubt over canaries that answer as the test says, after 100 ms. */
function scene(...texts: string[]) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const answers = new Map<string, CanaryAnswer>();
  const asked: string[] = [];
  let changes = 0;
  const doubt = createUplinkCheck({
    clock,
    log,
    run: ({ text }, family) => {
      asked.push(`${family} ${text}`);
      return new Promise((resolve) => {
        clock.after(100, () => resolve(answers.get(`${family} ${text}`) ?? answers.get(text) ?? 'answers'));
      });
    },
    onFrozen: () => {
      changes++;
    },
  });
  const pool = { zone: here.zone, owner: here.pool, canaries: texts.map(canary) };
  doubt.setPools([pool]);
  /** What is believed of a fall that began `ago`. */
  const confirm = async (target = here, ago = 5000): Promise<boolean> => {
    const answer = doubt.confirm(target, clock.monotonic() - ago);
    if (answer === true) return true;
    await clock.advance(100);
    return answer;
  };
  return { clock, log, answers, asked, doubt, pool, confirm: confirm, changes: () => changes };
}

t.test('a pool without canaries is believed at once', async (t) => {
  const { doubt } = scene();
  t.equal(doubt.confirm(here, 0), true);
  t.same(doubt.frozen(), []);
  doubt.close();
});

t.test('one canary that answers is enough, each family for itself', async (t) => {
  const { doubt, answers, confirm, log, clock } = scene(ONE, TWO);
  answers.set(ONE, 'silent').set(`ipv6 ${TWO}`, 'silent');
  await clock.advance(100);
  t.equal(await confirm(here), true);
  t.equal(await confirm(here6), false);
  t.match(doubt.frozen(), [{ family: 'ipv6' }]);
  t.match(log.lines, [{ event: 'uplink-down', family: 'ipv6', level: 'error' }]);
  doubt.close();
  t.equal(clock.waiting(), 0);
});

t.test('a fall is asked about at once, and a little later not again', async (t) => {
  const { doubt, asked, clock, confirm } = scene(ONE);
  await clock.advance(10_000);
  asked.length = 0;
  t.equal(await confirm(), true);
  await Promise.all([confirm(), confirm()]);
  t.equal(asked.length, 1);
  await clock.advance(3000);
  await confirm();
  t.equal(asked.length, 2);
  doubt.close();
});

t.test('who was silent meanwhile is not believed by its last word', async (t) => {
  const { answers, clock, confirm, doubt } = scene(ONE);
  answers.set(ONE, 'silent');
  await clock.advance(5000);
  doubt.failed(here);
  await clock.advance(3000);
  answers.set(ONE, 'answers');
  await clock.advance(3000);
  t.same(doubt.frozen(), []);
  t.equal(await confirm(here, 10_000), false, 'the failures began before it answered again');
  t.equal(await confirm(here, 1000), true);
  doubt.close();
});

t.test('an answer from before the first failure is none', async (t) => {
  const { answers, clock, confirm, doubt } = scene(ONE);
  await clock.advance(31_000);
  // Asked a moment ago, and then the network was cut.
  answers.set(ONE, 'silent');
  t.equal(await confirm(here, 500), false);
  doubt.close();
});

t.test('frozen, they are asked every two seconds, and the end is said', async (t) => {
  const { answers, clock, asked, doubt, log, changes, confirm } = scene(ONE);
  answers.set(ONE, 'silent');
  await clock.advance(5000);
  t.equal(await confirm(), false);
  asked.length = 0;
  await clock.advance(20_000);
  t.ok(asked.length >= 8 && asked.length <= 11, `${asked.length} times`);
  answers.set(ONE, 'answers');
  await clock.advance(3000);
  t.same(doubt.frozen(), []);
  t.same(log.events(), ['uplink-down', 'uplink-up']);
  t.equal(changes(), 2);
  t.match(doubt.canaryStates(here.zone, here.pool), [{ canary: ONE, family: 'ipv4', answer: 'answers' }]);
  doubt.close();
});

t.test('a canary without an address of the family says nothing, unless it had one', async (t) => {
  const { answers, clock, doubt, confirm } = scene(TWO);
  answers.set(`ipv6 ${TWO}`, 'absent');
  await clock.advance(5000);
  t.equal(await confirm(here6), true);
  answers.set(`ipv4 ${TWO}`, 'absent');
  t.equal(await confirm(here), false, 'it was found before: not to find it now is silence');
  doubt.close();
});

t.test('another world keeps what is known, and a pool that lost its canaries thaws', async (t) => {
  const { answers, clock, doubt, pool, confirm } = scene(ONE);
  answers.set(ONE, 'silent');
  await clock.advance(5000);
  doubt.setPools([pool, { ...pool, owner: 'other.example.org' }]);
  await clock.advance(3000);
  t.equal(doubt.frozen().length, 2);
  doubt.setPools([{ ...pool, canaries: [] }]);
  t.same(doubt.frozen(), []);
  t.equal(await confirm(), true);
  doubt.close();
});

t.test('a reload while the canaries are asked lets no fall pass', async (t) => {
  const { answers, clock, doubt, pool } = scene(ONE);
  await clock.advance(5000);
  answers.set(ONE, 'silent');
  const answer = doubt.confirm(here, clock.monotonic() - 1000);
  doubt.setPools([pool]);
  await clock.advance(100);
  t.equal(doubt.frozen().length, 1);
  t.equal(await answer, false);
  doubt.close();
});

t.test('a reload while they are asked brings another canary, which is asked too', async (t) => {
  const { answers, clock, doubt, pool } = scene(ONE);
  await clock.advance(5000);
  answers.set(TWO, 'silent');
  const answer = doubt.confirm(here, clock.monotonic() - 1000);
  doubt.setPools([{ ...pool, canaries: [canary(TWO)] }]);
  await clock.advance(200);
  t.equal(await answer, false);
  doubt.close();
});

t.test('after the end nothing goes on, whatever a canary still says', async (t) => {
  const { answers, clock, doubt, log, changes } = scene(ONE);
  answers.set(ONE, 'silent');
  const answer = doubt.confirm(here, clock.monotonic() + 1);
  doubt.close();
  await clock.advance(100);
  t.equal(clock.waiting(), 0);
  t.same([changes(), log.lines], [0, []]);
  if (answer !== true) await answer;
});
