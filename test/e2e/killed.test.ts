/**
 * kill -9 at random moments, while verdicts change, overrides are toggled and databases are fetched; then a start. The next
 * process must find what the last one reported as written: never a part, never something older.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import { seededRandom } from '../../src/platform/random.js';
import { startFakeUpdateServer } from '../update/fake-update-server.js';
import { udpClient } from './dns-client.js';
import { startMirror } from './mirrors.js';
import { smallCity } from './places.js';
import { until } from './program.js';
import { makeHome, type Server, startServer } from './server.js';

const ROUNDS = 15;
const EDITION = 'GeoLite2-City';
/** Of the two databases that are published in turn. */
const EPOCHS = [1_750_000_001, 1_750_000_002] as const;

interface StoredVerdicts {
  readonly verdicts: readonly { readonly key: string; readonly verdict: string; readonly since: number }[];
}

async function mirrorsOf(server: Server): Promise<ReadonlyMap<string, MirrorReport>> {
  const { zones } = await server.status();
  return new Map((zones[0]?.pools[0]?.mirrors ?? []).map((mirror) => [mirror.name, mirror]));
}

t.test('killed and started again, fifteen times', async (t) => {
  const random = seededRandom(20260107);
  const [fickle, dead, sound] = await Promise.all(
    ['127.0.0.31', '127.0.0.32', '127.0.0.33'].map((address) => startMirror(t, address)),
  );
  const updates = await startFakeUpdateServer();
  t.teardown(() => updates.close());
  if (fickle === undefined || dead === undefined || sound === undefined) return;
  await dead.become('refuse');
  const home = await makeHome(t, {
    zones: {
      'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools:
  "@": { answers: 3, probe: { interval: 30ms, fast_interval: 10ms, timeout: 30ms, fall: 1, rise: 1 } }
mirrors:
  fickle: { addresses: [127.0.0.31], probe: { port: ${fickle.port} } }
  # A slow machine must not turn these two by a missed deadline.
  dead: { addresses: [127.0.0.32], probe: { port: ${dead.port}, interval: 5s, timeout: 5s, rise: 1000 } }
  sound: { addresses: [127.0.0.33], probe: { port: ${sound.port}, interval: 5s, timeout: 5s, fall: 1000 } }
`,
    },
    config: `geo:
  update:
    account_id: 42
    license_key: Sesame
    editions: [${EDITION}]
    schedule: 0 0 1 1 *
    host: ${updates.host}
`,
  });
  const publish = (round: number): Promise<void> =>
    updates.publish(EDITION, smallCity(EPOCHS[round % 2], EDITION));
  const stored = async (): Promise<StoredVerdicts> =>
    JSON.parse(await readFile(join(home.dir, 'state', 'verdicts.json'), 'utf8'));

  /** The override of `sound` that the server has acknowledged last, and the one that was asked for after it. */
  let acknowledged: string | undefined;
  let inFlight: string | undefined;
  let deadSince: string | undefined;
  let swaps = 0;

  for (let round = 0; round <= ROUNDS; round++) {
    const server = await startServer(t, { home });
    const client = await udpClient(t, server);
    const mirrors = await mirrorsOf(server);
    const { geo, geo_problems, refused } = await server.status();
    // A database that was fetched before a kill is judged before it serves, and meanwhile the one before does.
    const damaged = geo_problems.filter((problem) => !problem.includes('is new, and is being looked at'));
    const isJudging = damaged.length < geo_problems.length;
    t.same([damaged, refused], [[], []], `round ${round}: nothing is damaged`);
    t.notOk(
      server.log.lines.some(({ event }) => event === 'state-file-set-aside' || event === 'state-read-failed'),
      'the journal is read',
    );
    const leftovers = (await readdir(join(home.dir, 'state'))).filter(
      (name) => name.endsWith('.tmp') && !name.includes(`.${server.pid}.`),
    );
    t.same(leftovers, [], 'no pieces are left behind');
    const reason = mirrors.get('sound')?.override?.reason;
    t.ok(
      [acknowledged, inFlight].includes(reason),
      `override: ${reason}, acknowledged was ${acknowledged}, asked for ${inFlight}`,
    );
    const answered = await client.addresses({ name: 'dl.example.org' });
    t.equal(answered.includes('127.0.0.33'), reason === undefined, 'and answers heed it');
    acknowledged = reason;
    inFlight = reason;

    if (round === 0) {
      await server.log.waitFor('verdict-changed', ({ mirror, to }) => mirror === 'dead' && to === 'down');
      await until(async () => {
        const { verdicts } = await stored().catch((): StoredVerdicts => ({ verdicts: [] }));
        return verdicts.some(({ verdict }) => verdict === 'down') && verdicts.length >= 2 ? true : undefined;
      }, 'the first write of verdicts');
      deadSince = (await mirrorsOf(server)).get('dead')?.since;
      await publish(0);
      // A server that has none fetches one by itself after a while, which a slow machine may give it.
      t.match(await server.run('geo', 'update'), { code: 0, stdout: /^GeoLite2-City: (updated|current)\n$/ });
    } else {
      const { state, since = '' } = mirrors.get('dead') ?? {};
      t.equal(state, 'down', 'the verdict outlived the process');
      // Each process has a steady clock of its own: what goes through two of them is rounded twice.
      const apart = Math.abs(Date.parse(since) - Date.parse(deadSince ?? ''));
      t.ok(apart <= 2, `and its time, to ${apart} ms`);
      t.match(geo, [{ type: EDITION, source: isJudging ? 'kept' : 'updated' }]);
      t.ok(
        EPOCHS.some((epoch) => geo[0]?.build_epoch === epoch),
        'a whole database',
      );
    }
    if (round === ROUNDS) break;

    // Make it as busy as can be.
    // In every third round a database is fetched: now to get there, now to be caught on the way.
    const fetching = round % 3 === 0;
    if (fetching) await publish(round + 1);
    const updating = fetching
      ? server.request('POST', '/geo/update', '{}').then(
          ({ body }) => {
            if (body.includes('updated')) swaps++;
          },
          () => undefined,
        )
      : undefined;
    let alive = true;
    const flipping = (async () => {
      for (let up = false; alive; up = !up) {
        const { length } = server.log.lines;
        await fickle.become(up ? 'well' : 'refuse');
        const to = up ? 'up' : 'down';
        await server.log
          .waitFor('verdict-changed', (line) => line.mirror === 'fickle' && line.to === to, length)
          .catch(() => undefined);
      }
    })();
    const toggling = (async () => {
      for (let i = 0; alive; i++) {
        const next = i % 2 === 0 ? `reason ${round}.${i}` : undefined;
        inFlight = next;
        const [route, body] =
          next === undefined
            ? ['/enable', { mirror: 'sound' }]
            : ['/disable', { mirror: 'sound', reason: next }];
        try {
          const { status } = await server.request('POST', route, JSON.stringify(body));
          if (status === 200) acknowledged = next;
        } catch {
          return;
        }
      }
    })();
    if (round % 2 === 0) await updating;
    // A moment of no choice: any of the above may be half done.
    await new Promise((resolve) => setTimeout(resolve, random() * 500));
    const { signal } = await server.stop('SIGKILL');
    t.equal(signal, 'SIGKILL');
    alive = false;
    await Promise.all([updating, toggling, flipping]);
    t.ok((await stored()).verdicts.length >= 2, 'verdicts.json is whole');
  }
  t.ok(swaps > 0, `${swaps} databases were swapped in between`);
});
