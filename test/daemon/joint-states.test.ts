/** How addresses stand in a fleet: the joint verdict in place of what this server sees, which is its vote and no more. */
import t from 'tap';
import { createJointStates } from '../../src/daemon/joint-states.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import type { SeenVerdict } from '../../src/fleet/documents.js';
import { createJointVerdicts } from '../../src/fleet/joint-verdicts.js';
import type { CheckState } from '../../src/health/hysteresis.js';
import { createOverrides } from '../../src/health/overrides.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import { targetKey } from '../../src/probe/target.js';
import { createFakeClock } from '../fake-clock.js';
import { makeWorld } from './made-world.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { panic_threshold: 0.3 } }
mirrors:
  a: { addresses: [192.0.2.1] }
  b: { addresses: [192.0.2.2] }
  c: { addresses: [192.0.2.3] }
`;
const index = indexTargets(makeWorld([ZONE]));
const targetOf = (mirror: string) => {
  const found = index.targets.find((target) => target.mirror === mirror);
  if (found === undefined) throw new Error(mirror);
  return found;
};
const keyOf = (mirror: string): string => targetKey(targetOf(mirror));
/** As documents call it. */
const addressOf = (mirror: string): string =>
  `dl.example.org dl.example.org ${targetOf(mirror).address.text}`;

function scene() {
  const clock = createFakeClock();
  const own = new Map<string, TargetState>();
  let frozen: readonly { zone: string; owner: string; family: 'ipv4' | 'ipv6' }[] = [];
  const verdicts = createJointVerdicts(['ns1', 'ns2', 'ns3'], 'ns1');
  const joint = createJointStates({
    ...{ verdicts, clock, overrides: createOverrides() },
    own: (key) => own.get(key),
    uplink: { frozen: () => frozen },
  });
  const state = (
    mirror: string,
    verdict: CheckState['verdict'],
    isProbed = true,
    returned?: number,
  ): void => {
    const [target, since] = [targetOf(mirror), clock.steady()];
    const lastProbe = { at: since, ok: verdict === 'up', ms: 1 };
    own.set(keyOf(mirror), {
      ...{ target, pending: false, checks: [] },
      state: {
        ...{ verdict, streak: 0, since, ...(isProbed && { lastProbe }) },
        ...(verdict === 'down' && { cause: 'refused' }),
        ...(returned !== undefined && { returned }),
      },
    });
  };
  for (const mirror of ['a', 'b', 'c']) state(mirror, 'up');
  joint.setTargets(index);
  return {
    clock,
    joint,
    state,
    /** This server sees a mirror so; gives what turned by it. */
    see(mirror: string, verdict: CheckState['verdict']) {
      state(mirror, verdict);
      return joint.seen([keyOf(mirror)]).map((change) => `${change.target.mirror} ${change.state.verdict}`);
    },
    /** Another member sees these so, of all three; undefined: it is silent. */
    hear(member: string, verdict: SeenVerdict['verdict'] | undefined, mirrors = ['a', 'b', 'c']) {
      const seen = mirrors.map((mirror) => ({ key: addressOf(mirror), verdict: verdict ?? 'up', since: 0 }));
      return joint
        .heard(verdicts.hear(member, verdict && { verdicts: seen, joint: [] }))
        .map((change) => `${change.target.mirror} ${change.state.verdict}`);
    },
    standing: (mirror: string) => joint.stateOf(keyOf(mirror))?.state,
    freeze(yes: boolean) {
      frozen = yes ? [{ zone: 'dl.example.org', owner: 'dl.example.org', family: 'ipv4' }] : [];
      return joint.frozen();
    },
    seen: () => joint.published().verdicts.map(({ key, verdict }) => `${key.split(' ')[2]} ${verdict}`),
  };
}

t.test('what this server sees alone changes nothing', async (t) => {
  const { clock, see, hear, standing, seen } = scene();
  hear('ns2', 'up');
  hear('ns3', 'up');
  t.same(see('a', 'down'), []);
  t.match(standing('a'), { verdict: 'up' });
  t.notOk(standing('a')?.cause);
  t.same(seen(), ['192.0.2.1 down', '192.0.2.2 up', '192.0.2.3 up'], 'but it says so');
  t.same(hear('ns2', 'down', ['a']), ['a down']);
  t.match(standing('a'), { verdict: 'down', cause: 'refused (2 of 3 members see it down, 1 up)' });
  await clock.advance(1000);
  t.same(see('a', 'up'), ['a up']);
  t.match(standing('a'), { since: clock.steady(), returned: clock.steady() }, 'and grows again');
});

t.test('what the others see counts, though this server sees it otherwise', async (t) => {
  const { clock, hear, standing, state } = scene();
  hear('ns2', 'down', ['b']);
  t.match(standing('b'), { verdict: 'up' });
  t.same(hear('ns3', 'down', ['b']), ['b down']);
  t.match(standing('b'), { verdict: 'down', cause: '2 of 3 members see it down, 1 up' });
  await clock.advance(1000);
  hear('ns2', 'up');
  const now = clock.steady();
  t.match(
    standing('b'),
    { verdict: 'up', since: now, returned: now },
    'it was in no answer, and grows again',
  );
  state('c', 'up', true, clock.steady());
  t.notOk(standing('c')?.returned, 'what only this server saw come back was never out');
});

t.test('where nobody else is heard it is for this server alone', async (t) => {
  const { see, hear, standing } = scene();
  t.same(see('a', 'down'), ['a down']);
  t.match(standing('a'), { cause: 'refused' });
  hear('ns2', 'up');
  t.same(hear('ns3', 'up'), ['a up']);
  t.same(hear('ns2', undefined), ['a down']);
  t.same(hear('ns3', undefined), []);
});

t.test('a server that is in no position to judge has no vote', async (t) => {
  const { joint, see, hear, standing, freeze, seen, state } = scene();
  freeze(true);
  t.same(joint.published(), { verdicts: [], abstains: ['ipv4 dl.example.org'] });
  freeze(false);
  t.equal(seen().length, 3);
  for (const mirror of ['a', 'b', 'c']) see(mirror, 'down');
  t.same(joint.published(), { verdicts: [], abstains: ['ipv4 dl.example.org'] }, 'nor one that is in panic');
  see('a', 'up');
  t.equal(seen().length, 3);
  state('b', 'up', false);
  joint.seen([keyOf('b')]);
  t.same(seen(), ['192.0.2.1 up', '192.0.2.3 down'], 'nor of what was never probed');
  hear('ns2', 'down', ['b']);
  hear('ns3', 'down', ['b']);
  t.equal(standing('b')?.cause, '2 of 3 members see it down');
});

t.test('who says what, since when', async (t) => {
  const { joint, see, hear, freeze } = scene();
  hear('ns2', 'up');
  see('a', 'down');
  t.match(joint.report(targetOf('a')), {
    members: [
      { member: 'ns1', state: 'down', cause: 'refused', since: /Z$/, probed: /Z$/ },
      { member: 'ns2', state: 'up', since: '1970-01-01T00:00:00.000Z' },
      { member: 'ns3' },
    ],
  });
  hear('ns3', 'up');
  t.match(joint.report(targetOf('a')), { verdict: 'up', since: /Z$/ });
  freeze(true);
  t.same(joint.report(targetOf('a'))?.members[0], { member: 'ns1' }, 'it abstains');
});
