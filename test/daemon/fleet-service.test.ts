/**
 * What a member publishes of itself, and what becomes of what the others say: members without servers of their own, over one
 * real instance; and what is kept of it all.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { challengeKey } from '../../src/daemon/challenge-keeper.js';
import type { StoredChallenge } from '../../src/daemon/challenges-file.js';
import { JOINT_VERDICTS, SHARED_OVERRIDES } from '../../src/daemon/fleet-files.js';
import { type Fleet, type FleetParts, openFleet } from '../../src/daemon/fleet-service.js';
import { openSignals, type Signals } from '../../src/daemon/signals.js';
import type { SharedOverride } from '../../src/fleet/documents.js';
import { newMemberKey } from '../../src/fleet/member-key.js';
import { type Clock, systemClock } from '../../src/platform/clock.js';
import { DAY_MS } from '../../src/platform/time.js';
import { createStateFiles } from '../../src/state/state-files.js';
import type { FleetConfig, FleetMember } from '../../src/zone/fleet-config.js';
import { startInstance } from '../e2e/instances.js';
import { until } from '../e2e/program.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { makeWorld } from './made-world.js';

const ZONE = `zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
`;
const MIRROR = { zone: 'dl.example.org', mirror: 'aurora' };
const ADDRESS = 'dl.example.org dl.example.org 192.0.2.1';
const SAID = { reason: 'disk full', since: Date.UTC(2026, 0, 1) };
const CHALLENGE = { name: '_acme-challenge.dl.example.org', token: 'one' };

interface Made {
  readonly fleet: Fleet;
  /** Starts it, with what it is to hear. */
  start(): Promise<void>;
  /** What came of what the others said. */
  readonly adopted: SharedOverride[][];
  readonly heard: string[];
  readonly served: Map<string, StoredChallenge>;
  /** It sees the address down from now on. */
  seesDown(): void;
  readonly signals: Signals;
  readonly events: () => readonly string[];
}

interface MakingOptions {
  readonly servers: readonly string[];
  readonly verdicts?: FleetConfig['verdicts'];
  /** Whose overrides hold on itself alone. */
  readonly alone?: readonly string[];
  /** That a member has so of itself; default false. */
  readonly isAlone?: boolean;
  readonly clock?: Clock;
}

/** Members of one fleet; each is opened with a directory of its own, again and again. */
function madeFleet(
  t: Test,
  { servers, verdicts = 'shared', alone = [], isAlone = false, clock = systemClock }: MakingOptions,
) {
  const dir = t.testdir();
  const names = ['ns1', 'ns2', 'ns3'];
  const keys = new Map(names.map((name) => [name, newMemberKey()]));
  const filesOf = (name: string) =>
    createStateFiles({ directory: join(dir, name), clock, log: createRecordingLog() });
  async function open(name: string): Promise<Made> {
    const members = new Map(
      [...keys].map(([member, { publicKey }]): [string, FleetMember] => [
        member,
        // What a member has for itself is no matter to others.
        { key: publicKey, overrides: member === name ? !isAlone : !alone.includes(member) },
      ]),
    );
    const keyFile = join(dir, `${name}.key`);
    writeFileSync(keyFile, keys.get(name)?.pem ?? '', { mode: 0o600 });
    const log = createRecordingLog();
    const signals = openSignals();
    const fleet = await openFleet(
      { name, keyFile, members, servers, verdicts },
      { files: filesOf(name), clock, random: Math.random, log, signals },
    );
    const adopted: SharedOverride[][] = [];
    const heard: string[] = [];
    const served = new Map<string, StoredChallenge>();
    const world = makeWorld([ZONE]);
    let seen: ReturnType<NonNullable<FleetParts['health']['joint']>['published']>['verdicts'] = [];
    const parts: FleetParts = {
      health: {
        joint: fleet.joint && {
          heard(addresses) {
            heard.push(...addresses);
            return [];
          },
          published: () => ({ verdicts: seen, abstains: ['ipv6 dl.example.org'] }),
          addresses: () => [ADDRESS],
        },
      },
      serving: { index: () => ({ world }) },
      keeper: { adopt: (news) => void adopted.push([...news]), withheld: () => [] },
      challenges: {
        of: (about) => served.get(challengeKey(about)),
        list: () => [...served.values()],
        serve: (challenge) => served.set(challengeKey(challenge), challenge).size > 0,
        end: (about) => void served.delete(challengeKey(about)),
      },
    };
    return {
      fleet,
      start: () => fleet.start(parts),
      ...{ adopted, heard, served, signals, events: () => log.events() },
      seesDown() {
        seen = [{ key: ADDRESS, verdict: 'down', since: clock.now() }];
        fleet.joint?.see(ADDRESS, 'down');
        signals.emit('seenChanged');
      },
    };
  }
  return { open, filesOf };
}

const NOBODY = ['redis://127.0.0.1:1'];

t.test('members hear of each other, and of what is said and seen', async (t) => {
  // The path of a socket has little room.
  const dir = mkdtempSync(join(tmpdir(), 'geopool-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  const { url } = await startInstance(t, dir, 'kv');
  const { open, filesOf } = madeFleet(t, { servers: [url], alone: ['ns3'] });
  const ahead: SharedOverride = {
    ...{ ...MIRROR, mirror: 'boreas', member: 'ns1', said: SAID },
    stamp: [systemClock.now() + DAY_MS, 0],
  };
  const disk = filesOf('ns1').keep(SHARED_OVERRIDES, () => [ahead]);
  disk.mark();
  await disk.close();
  const [one, two, three] = await Promise.all(['ns1', 'ns2', 'ns3'].map(open));
  if (one === undefined || two === undefined || three === undefined) throw new Error('there are three');
  for (const { start, fleet } of [one, two, three]) {
    await start();
    t.teardown(() => fleet.stop());
  }
  const everybody = () =>
    [one, two, three].every(({ fleet }) => fleet.report().members.every(({ heard }) => heard)) || undefined;
  await until(async () => everybody(), 'all are heard');
  t.same(one.events().filter((event) => event === 'fleet-member-heard').length, 2);
  t.match(one.fleet.report(), {
    members: [{ member: 'ns1' }, { member: 'ns2', abstains: ['ipv6 dl.example.org'] }, { member: 'ns3' }],
    servers: [{ server: url }],
  });
  t.notOk(one.fleet.report().members.some((member) => 'zones_differ' in member));

  const isAbout = (name: string) => two.adopted.flat().find(({ mirror }) => mirror === name);
  await until(async () => isAbout('boreas'), 'what was said while the clock was ahead is adopted');
  await one.fleet.overrides.share?.([MIRROR], SAID);
  const entry = await until(async () => isAbout('aurora'), 'another member adopts it');
  t.match(entry, { ...MIRROR, member: 'ns1', said: SAID });
  t.match(two.fleet.overrides.of(MIRROR)?.said, SAID);
  await one.fleet.overrides.share?.([MIRROR]);
  await until(async () => two.adopted.flat().find(({ said }) => said === undefined), 'it is taken back');

  two.seesDown();
  await until(async () => one.heard.includes(ADDRESS) || undefined, 'what it sees is heard');
  t.match(one.fleet.joint?.seenBy('ns2', ADDRESS), { verdict: 'down' });

  const given = { ...CHALLENGE, since: systemClock.now(), until: systemClock.now() + 600_000 };
  const giving = one.fleet.challenges.give?.(given);
  const served = await until(async () => [...two.served.values()][0], 'it is served');
  t.match(served, { ...CHALLENGE, member: 'ns1' });
  t.same(
    (await giving)?.map(({ member }) => member),
    ['ns2', 'ns3'],
  );
  await one.fleet.challenges.takeBack([CHALLENGE]);
  await until(async () => two.served.size === 0 || undefined, 'it is served no more');

  await three.fleet.overrides.share?.([MIRROR], { ...SAID, reason: 'of ns3' });
  one.heard.length = 0;
  three.seesDown();
  await until(async () => one.heard.includes(ADDRESS) || undefined, 'what it sees is heard');
  t.notOk(
    one.adopted.flat().some(({ member }) => member === 'ns3'),
    'what it says is for itself alone',
  );
});

t.test('what was said is there after a restart, and nothing is taken back that was not said', async (t) => {
  const clock = createFakeClock();
  const { open } = madeFleet(t, { servers: NOBODY, clock });
  const first = await open('ns1');
  await first.start();
  t.same(first.adopted, [[]]);
  await first.fleet.overrides.share?.([MIRROR]);
  t.equal(first.fleet.overrides.of(MIRROR), undefined);
  await first.fleet.overrides.share?.([MIRROR], SAID);
  await first.fleet.stop();
  const again = await open('ns1');
  t.match(again.fleet.overrides.of(MIRROR), { ...MIRROR, member: 'ns1', said: SAID });
  await again.start();
  t.match(again.adopted, [[{ ...MIRROR, said: SAID }]]);
  await again.fleet.stop();
});

t.test('what is withheld is looked at again every ten seconds, until it stops', async (t) => {
  const clock = createFakeClock();
  const { open } = madeFleet(t, { servers: NOBODY, clock });
  const { fleet, start, adopted, signals } = await open('ns1');
  await start();
  t.equal(signals.listenerCount('seenChanged'), 1);
  await clock.advance(30_000);
  t.same(adopted, [[], [], [], []]);
  await fleet.stop();
  t.equal(signals.listenerCount('seenChanged'), 0);
  t.equal(clock.waiting(), 0);
});

t.test('joint verdicts outlive the process, also one whose start failed', async (t) => {
  const clock = createFakeClock();
  const { open, filesOf } = madeFleet(t, { servers: NOBODY, clock });
  const kept = [{ key: ADDRESS, verdict: 'down' as const, since: clock.now() - 5000 }];
  const disk = filesOf('ns1').keep(JOINT_VERDICTS, () => kept);
  disk.mark();
  await disk.close();
  const failed = await open('ns1');
  await failed.fleet.stop();
  t.same(await filesOf('ns1').read(JOINT_VERDICTS), kept);
  // Moments are those of the wall clock, whatever it is set to meanwhile.
  clock.jump(3_600_000);
  const { fleet, start } = await open('ns1');
  await start();
  await fleet.stop();
  t.same(await filesOf('ns1').read(JOINT_VERDICTS), kept);
});

t.test('a joint verdict to which this server gave the last vote is kept at once', async (t) => {
  const clock = createFakeClock();
  const { open, filesOf } = madeFleet(t, { servers: NOBODY, clock });
  const { fleet, start, seesDown } = await open('ns1');
  await start();
  const since = clock.now();
  fleet.joint?.hear('ns2', { verdicts: [{ key: ADDRESS, verdict: 'down', since }], joint: [] });
  fleet.joint?.see(ADDRESS, 'down');
  t.match(fleet.joint?.judge(ADDRESS, clock.steady()), { verdict: 'down' });
  seesDown();
  const kept = async () => {
    await clock.advance(1000);
    return (await filesOf('ns1').read(JOINT_VERDICTS))[0];
  };
  t.match(await until(kept, 'it is on disk'), { key: ADDRESS, verdict: 'down' });
  await fleet.stop();
});

t.test('who is alone tells nobody', async (t) => {
  const { open } = madeFleet(t, { servers: NOBODY, isAlone: true, clock: createFakeClock() });
  const { fleet } = await open('ns1');
  t.same([fleet.overrides.share, fleet.challenges.give], [undefined, undefined]);
  await fleet.stop();
});

t.test('a fleet that shares overrides alone has no joint verdicts', async (t) => {
  const clock = createFakeClock();
  const { open } = madeFleet(t, { servers: NOBODY, verdicts: 'own', clock });
  const { fleet, start } = await open('ns1');
  await start();
  t.equal(fleet.joint, undefined);
  t.equal(fleet.report().verdicts, 'own');
  await fleet.stop();
});
