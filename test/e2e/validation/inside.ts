/**
 * Runs alone in network and process namespaces, as root there: signed zones below a signed root and parent, and real
 * validating resolvers in front of them. Prints their results as JSON. All processes that it starts end with the
 * namespaces.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dsText } from '../../../src/commands/parent-records.js';
import { keyText } from '../../../src/zone/dnssec-key-text.js';
import { makeKeys } from '../../dnssec/make-keys.js';
import { openScope } from '../../scope.js';
import { raiseWorld, untilAnswered } from '../predelegation/raise.js';
import { HINTS, NAME_SERVERS } from '../predelegation/world.js';
import { until } from '../program.js';
import { VALIDATORS } from '../resolvers/configs.js';
import { makeHome, startServer } from '../server.js';
import { ask, type Question, verdictOf } from './ask.js';
import { requestOf, rollKey, withdrawKey } from './key-roll.js';
import { APART, PARENT, signWorld } from './signed-world.js';
import { type Said, toolsSay } from './tools.js';
import { type Watched, watch } from './watch.js';
import {
  CLIENTS,
  drawnQuestions,
  GONE_FOR_SOME,
  LABELS,
  questions,
  smallQuestions,
  smallZone,
  textOf,
  wholeZone,
} from './zones.js';

export interface Found {
  /** By resolver, then by client, type and name, what it says. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** While mirrors come and go, and zones are read anew. */
  readonly verdicts: Watched;
  readonly roll: Watched;
  readonly withdrawal: Watched;
  /** When the zone is signed no more. */
  readonly unsigned: readonly string[];
  readonly tools: Said;
}

const [, , directory = ''] = process.argv;
const MOVED = fileURLToPath(new URL('../moved-clock.js', import.meta.url));
const MONTH = 30 * 86_400_000;

const hosts = Object.values(NAME_SERVERS).flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);
const validators = Object.entries(VALIDATORS);
const keyFile = (label: string): string => join(directory, `${label}.key`);
const ds: Record<string, string> = {};
for (const label of Object.values(LABELS)) {
  const made = makeKeys(`${label}.${PARENT}`);
  writeFileSync(keyFile(label), keyText(made), { mode: 0o600 });
  const told = label === LABELS.forged ? makeKeys(made.zone) : made;
  ds[label] = dsText(told.zone, told.keys[0]);
}
const children = Object.values(LABELS).map((label) => ({
  label,
  ds: [ds[label] ?? ''],
  ...(label === LABELS.expired && { apart: true as const }),
}));
const world = signWorld(directory, children);
raiseWorld(
  directory,
  [...hosts, APART.ipv4, ...validators.map(([, { address }]) => address), ...Object.values(CLIENTS)],
  world.servers,
);

const scope = openScope();
const whole = (serial: number): string => wholeZone(keyFile(LABELS.whole), world.dsBelow, serial);
const late = await makeHome(scope, {
  zones: { 'expired.yaml': smallZone(LABELS.expired, keyFile(LABELS.expired)) },
});
await late.write('clock', String(-MONTH));
const [server] = await Promise.all([
  startServer(scope, {
    zones: {
      'dl.yaml': whole(1),
      ...Object.fromEntries(
        [LABELS.rolling, LABELS.forged].map((label) => [`${label}.yaml`, smallZone(label, keyFile(label))]),
      ),
    },
    hosts: hosts.map((host) => (host.includes(':') ? `[${host}]` : host)),
    ports: hosts.map(() => 53),
  }),
  startServer(scope, {
    home: late,
    hosts: [APART.ipv4],
    ports: [53],
    env: { NODE_OPTIONS: `--import=${MOVED}`, CLOCK: join(late.dir, 'clock') },
  }),
]);
await untilAnswered(`${LABELS.whole}.${PARENT}`, hosts, world.servers);

const hints = join(directory, 'hints');
writeFileSync(hints, HINTS);
for (const [name, { address, command }] of validators) {
  const home = join(directory, name.replaceAll(' ', '-'));
  mkdirSync(home);
  const [program = '', ...args] = command({ address, home, hints, anchor: world.anchor });
  spawn(program, args, { cwd: home, stdio: 'ignore' });
}

/** By resolver, question and client, what it says. */
const kinds: Record<string, Record<string, string>> = {};
await Promise.all(
  validators.map(async ([resolver, { address }]) => {
    const said: Record<string, string> = {};
    kinds[resolver] = said;
    const { proved, found, bogus } = questions();
    for (const question of [...proved, ...found, ...bogus]) {
      for (const [client, from] of Object.entries(CLIENTS))
        said[`${client}: ${textOf(question)}`] = verdictOf(await ask(address, from, question));
    }
    for (const [question, ...clients] of GONE_FOR_SOME) {
      for (const client of clients)
        said[`${client}: ${textOf(question)}`] = verdictOf(await ask(address, CLIENTS[client], question));
    }
  }),
);

const everybody = Object.values(CLIENTS);
const verdicts = await watch(everybody, drawnQuestions(), isProved, async () => {
  const eight: Question = { name: `eight.${LABELS.whole}.${PARENT}`, type: 'A' };
  for (const i of [0, 3, 6]) {
    const mirror = `${LABELS.whole}.${PARENT}/m${i}`;
    await requestOf(server, '/disable', { mirror, reason: 'disks' });
    for (const [resolver, { address }] of validators) {
      const look = async () => {
        const { answers } = await ask(address, CLIENTS.berlin, eight);
        return answers.every((line) => !line.endsWith(` 192.0.2.${i + 1}`)) || undefined;
      };
      await until(look, `${resolver} without ${mirror}`);
    }
    await server.write('zones/dl.yaml', whole(i + 2));
    await requestOf(server, '/reload', {});
    await requestOf(server, '/enable', { mirror });
  }
});

const rolling = {
  zone: `${LABELS.rolling}.${PARENT}`,
  keys: keyFile(LABELS.rolling),
  server,
  client: CLIENTS.chicago,
  async delegate(now: readonly string[]): Promise<void> {
    world.delegate(children.map((child) => (child.label === LABELS.rolling ? { ...child, ds: now } : child)));
    const conf = join(directory, 'above', 'knot.conf');
    await promisify(execFile)('knotc', ['-c', conf, '-b', 'zone-reload', PARENT]);
  },
};
const small = smallQuestions(LABELS.rolling);
const saying = toolsSay(`${LABELS.whole}.${PARENT}`, drawnQuestions(), world, directory);
const roll = await watch(everybody, small, isProved, () => rollKey(rolling));
const tools = await saying;
const unsigned: string[] = [];
const withdrawal = await watch(everybody, small, isFound, async () => {
  await withdrawKey(rolling);
  await server.write(`zones/${LABELS.rolling}.yaml`, smallZone(LABELS.rolling));
  await requestOf(server, '/reload', {});
  for (const [, { address }] of validators) {
    for (const question of small) unsigned.push(verdictOf(await ask(address, CLIENTS.berlin, question)));
  }
});
const found: Found = { kinds, verdicts, roll, withdrawal, unsigned, tools };
// As the first process here it takes the others with it.
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));

function isProved(verdict: string): boolean {
  return /^(NOERROR|NXDOMAIN) AD$/.test(verdict);
}

function isFound(verdict: string): boolean {
  return /^(NOERROR|NXDOMAIN)( AD)?$/.test(verdict);
}
