/**
 * What signing costs: the pool of six mirrors in a signed zone, asked for signatures, beside the same unsigned, beside Knot,
 * which signs its answers when it loads them, and PowerDNS, which signs them as it gives them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPrivateKey, zoneKeyOf } from '../../../src/dnssec/keys.js';
import { keyText } from '../../../src/zone/dnssec-key-text.js';
import type { WatchedMirror } from '../many-mirrors.js';
import {
  atLeast,
  atMost,
  type Goal,
  goalCells,
  grouped,
  SPREAD_HEAD,
  spreadCells,
  table,
} from '../markdown.js';
import type { Section } from '../part.js';
import { startFloor } from '../servers/floor.js';
import { type Geopool, makeGeopoolHome, sixMirrorsZone, startGeopool } from '../servers/geopool.js';
import { startKnot } from '../servers/knot.js';
import { absenceOf, PEERS } from '../servers/lineup.js';
import { startPowerdns } from '../servers/powerdns.js';
import type { Server } from '../servers/server.js';
import { POOL_NAME, SIX_MIRRORS, ZONE_NAME } from '../six-mirrors.js';
import type { Stage } from '../stage.js';
import { spreadOf } from '../statistics.js';
import { perCpuSecond, ratioOf, takeTurns, warmUp } from '../turns.js';
import { verdictTimes } from '../verdicts.js';

const VERDICT_GOAL = atMost(10);

interface Case {
  readonly words: string;
  readonly server: Server;
  readonly dnssecOk: boolean;
  /** What signed answers of geopool are to be by these. */
  readonly goal?: Goal;
}

export async function measureSigned(stage: Stage): Promise<Section> {
  stage.say('signed');
  const started: Server[] = [];
  const start = async <S extends Server>(making: Promise<S>): Promise<S> => {
    const server = await making;
    started.push(server);
    return server;
  };
  const missing = PEERS.filter(({ name }) => name === 'Knot' || name === 'PowerDNS').flatMap(
    (peer) => absenceOf(peer) ?? [],
  );
  try {
    const signed = await start(startSigned(stage));
    const own: Case = { words: 'geopool, signed', server: signed, dnssecOk: true };
    const unsigned = await start(startGeopool(stage, makeGeopoolHome(stage)));
    const others: Case[] = [
      {
        words: 'geopool, unsigned',
        server: unsigned,
        dnssecOk: false,
        goal: atLeast(0.8),
      },
      { words: 'geopool, signed, not asked for', server: signed, dnssecOk: false },
      { words: 'bare floor, unsigned', server: await start(startFloor(stage)), dnssecOk: true },
    ];
    if (missing.length === 0) {
      others.push(
        {
          words: 'Knot, signed',
          server: await start(startKnot(stage, true)),
          dnssecOk: true,
          goal: atLeast(1.5),
        },
        {
          words: 'PowerDNS, signed',
          server: await start(startPowerdns(stage, true)),
          dnssecOk: true,
          goal: atLeast(5),
        },
      );
    }
    const cases = [own, ...others];
    const asked = ({ dnssecOk }: Case) => ({ name: POOL_NAME, subnet: 'random', dnssecOk });
    for (const one of cases) await warmUp(stage, one.server, asked(one));
    const figures = await takeTurns(stage.options.rounds, cases, (one) =>
      perCpuSecond(stage, one.server, asked(one)),
    );
    const ratios = others.map((other) => {
      const ratio = ratioOf(figures, own, other);
      return [other.words, ...spreadCells(ratio, 2), ...goalCells(other.goal, ratio.median, 2)];
    });
    const verdicts = [
      await verdictRow(stage, 'signed, asked with DO', signed, true),
      await verdictRow(stage, 'unsigned', unsigned, false),
    ];
    return {
      title: 'Signed answers: queries answered per second of server CPU',
      blocks: [
        'Each with a random /24 and DO. Signed answers of geopool by others, of the same round:',
        table(['geopool, signed, by', ...SPREAD_HEAD, 'goal', ''], ratios),
        'Medians:',
        table(
          ['', 'queries per CPU second'],
          cases.map((one) => [one.words, grouped(spreadOf(figures.get(one) ?? []).median)]),
        ),
        ...missing,
        `Milliseconds from \`disable\`, sent over the control socket, to the last answer with the mirror, while some 3,000 queries a second come, each with a random /24; each of the six mirrors ${stage.options.rounds} times. The goal is for the slowest. Then the slowest from when \`disable\` was acknowledged, and how many were answered with the mirror who asked after that:`,
        table(['', ...SPREAD_HEAD, 'goal', '', 'acknowledged', 'wrong'], verdicts),
      ],
    };
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
}

/** How long the verdicts of all mirrors take. */
async function verdictRow(
  stage: Stage,
  words: string,
  geopool: Geopool,
  dnssecOk: boolean,
): Promise<string[]> {
  stage.say(`verdicts, ${words}`);
  const mirrors = SIX_MIRRORS.map(
    ({ country, addresses: [address] }): WatchedMirror => ({
      name: `${ZONE_NAME}/${country}`,
      address,
      client: 'random',
    }),
  );
  const turns = Array.from({ length: stage.options.rounds }, () => mirrors).flat();
  const { last, afterwards, wrong } = await verdictTimes(geopool, POOL_NAME, turns, dnssecOk);
  const goal = goalCells(dnssecOk ? VERDICT_GOAL : undefined, last.max, 0);
  return [words, ...spreadCells(last, 1), ...goal, afterwards.max.toFixed(1), `${wrong}`];
}

function startSigned(stage: Stage): Promise<Geopool> {
  const file = join(stage.directory, 'zone.key');
  const times = { publish: 0, activate: 0, retire: Infinity, remove: Infinity };
  const key = zoneKeyOf(13, newPrivateKey(13), times);
  if (key === undefined) throw new Error('a new key is none');
  writeFileSync(file, keyText({ zone: ZONE_NAME, keys: [key] }), { mode: 0o600 });
  const zone = sixMirrorsZone(1, `dnssec: { key: ${file} }\n`);
  return startGeopool(stage, makeGeopoolHome(stage, { zones: { [`${ZONE_NAME}.yaml`]: zone } }));
}
