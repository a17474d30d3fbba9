/**
 * What happens to a server in a month, an act each. An act ends when the server has said that it is done, and tells on the way
 * what may be answered; one that waits in vain is a fault of the server.
 */
import type { Explanation } from '../../src/compile/explain.js';
import type { ReloadReport } from '../../src/control/action-reports.js';
import { below, type Random } from '../../src/platform/random.js';
import type { Mood } from '../e2e/mirrors.js';
import { until } from '../e2e/program.js';
import { FALLS, homeOf, type Stage } from './stage.js';
import { HOST, NEAREST, pick, STEADY, ZONE } from './zone.js';

export interface Troupe {
  readonly stage: Stage;
  readonly random: Random;
  /** Lets nobody ask, nor forge, until the function that it gives is called. */
  silence(): Promise<() => void>;
}

export type Act = (troupe: Troupe) => Promise<void>;

const DEATHS: readonly Mood[] = ['refuse', 'close', 'hang'];
/** Milliseconds of a short override. */
const SOON = 500;
const MOVES = 'moves of a host name';
/** Reloads while nobody asks. */
const UNASKED = 4;
/** Reloads in a row. */
const OFTEN = 30;

async function reloadSame({ stage }: Pick<Troupe, 'stage'>): Promise<void> {
  const { generation } = await stage.status();
  const { body } = await stage.post('/reload');
  const report: ReloadReport = JSON.parse(body);
  if (report.generation <= generation || report.faults.length > 0) throw new Error(`a reload: ${body}`);
  stage.count('reloads');
}

const changeZone: Act = ({ stage }) => stage.changeZone();

async function breakZone({ stage }: Troupe): Promise<void> {
  await stage.replace('zones/z.yaml', `${stage.zone()}nonsense: true\n`);
  const { body } = await stage.post('/reload');
  const { faults }: ReloadReport = JSON.parse(body);
  if (faults.length !== 1) throw new Error(`a wrong zone file passes: ${body}`);
  await stage.replace('zones/z.yaml', stage.zone());
  await reloadSame({ stage });
  stage.count('wrong zone files');
}

async function swapDatabase({ stage }: Troupe): Promise<void> {
  const [one, other] = stage.databases;
  await stage.changeDatabase(stage.database() === one ? other : one);
  stage.count('good databases');
}

/** Garbage, or the half of it. Which one serves meanwhile is the server's affair, but one does. */
async function breakDatabase({ stage, random }: Troupe): Promise<void> {
  const { bytes, nearest } = stage.database();
  for (const client of nearest.keys()) stage.expectation.nearest(client, undefined);
  await stage.replace(
    'city.mmdb',
    below(random, 2) === 0 ? 'no database at all' : bytes.subarray(0, bytes.length / 2),
  );
  await stage.post('/reload');
  const { geo_problems } = await stage.status();
  if (geo_problems.length === 0) throw new Error('nothing is said of a bad database');
  await stage.changeDatabase(stage.database());
  stage.count('bad databases');
}

async function killMirror({ stage, random }: Troupe): Promise<void> {
  if (stage.turners.every(({ falls }) => falls === FALLS)) await stage.changeZone();
  const fit = stage.turners.filter(({ falls }) => falls < FALLS);
  const turner = pick(random, fit);
  const { name, live } = turner;
  stage.expectation.stand('either', live.address);
  await live.become(pick(random, DEATHS));
  turner.falls++;
  await until(
    async () => ((await stage.mirror(name))?.state === 'down' ? true : undefined),
    `${name} being down`,
  );
  stage.expectation.stand('out', live.address);
  await reloadSame({ stage });
  stage.expectation.stand('either', live.address);
  await live.become('well');
  await stage.settle(turner);
  stage.count('mirrors that died and came back');
}

async function override({ stage, random }: Troupe): Promise<void> {
  const mirror = `${ZONE}/chicago`;
  const address = STEADY.chicago;
  stage.expectation.stand('either', address);
  if (below(random, 2) === 0) {
    await stage.post('/disable', { mirror, reason: 'the soak', force: true });
    stage.expectation.stand('out', address);
    await reloadSame({ stage });
    stage.expectation.stand('either', address);
    await stage.post('/enable', { mirror });
  } else {
    const end = new Date(Date.now() + SOON).toISOString();
    await stage.post('/disable', { mirror, reason: 'the soak', force: true, until: end, lasts: SOON });
    await until(
      async () => ((await stage.mirror('chicago'))?.enabled ? true : undefined),
      'the end of an override',
    );
  }
  stage.expectation.stand('in', address);
  stage.count('overrides');
}

/** Its name servers fail, and then say something else. */
async function moveHost({ stage }: Troupe): Promise<void> {
  const moves = stage.done.get(MOVES) ?? 0;
  const [from, to] = [homeOf(moves), homeOf(moves + 1)];
  stage.hosts.set(HOST, 'fails');
  await until(
    async () => ((await stage.status()).hostnames[0]?.error === undefined ? undefined : true),
    'a name that can not be resolved',
  );
  stage.expectation.stand('either', from, to);
  stage.hosts.set(HOST, [to]);
  await until(
    async () => ((await stage.mirror('named'))?.address === to ? true : undefined),
    'the address that a name moved to',
  );
  stage.expectation.stand('out', from);
  stage.expectation.stand('in', to);
  stage.count(MOVES);
}

/** Explanations read the tables that are served, while others come to be served. */
async function explain({ stage }: Troupe): Promise<void> {
  const [[subnet, mirror] = ['', '']] = stage.database().nearest;
  const asking = Array.from({ length: 3 }, () =>
    stage.post('/explain', { name: NEAREST, from: subnet.replace('.0/24', '.1'), type: 'A' }),
  );
  await Promise.all([reloadSame({ stage }), stage.changeZone()]);
  for (const { body } of await Promise.all(asking)) {
    const { candidates }: Explanation = JSON.parse(body);
    const [likely] = candidates.filter(({ probability }) => probability === 1);
    if (likely?.mirror !== mirror) throw new Error(`explained as ${body}, not as ${mirror}`);
    stage.count('explanations');
  }
}

async function reloadUnasked({ stage, silence }: Troupe): Promise<void> {
  const speak = await silence();
  try {
    for (let i = 0; i < UNASKED; i++) await stage.changeZone();
  } finally {
    speak();
  }
  stage.count('silences');
}

/** With the larger database: so that what a generation leaves behind is seen. */
async function reloadOften({ stage }: Troupe): Promise<void> {
  const [large] = stage.databases;
  if (stage.database() !== large) await stage.changeDatabase(large);
  for (let i = 0; i < OFTEN; i++) await reloadSame({ stage });
}

/** Each of them once, then some by chance. */
export const PROGRAMME: readonly Act[] = [
  reloadSame,
  changeZone,
  swapDatabase,
  killMirror,
  override,
  breakZone,
  breakDatabase,
  moveHost,
  explain,
  reloadUnasked,
];

/** At the end. */
export const FINALE: readonly Act[] = [reloadOften, override, changeZone, override];
