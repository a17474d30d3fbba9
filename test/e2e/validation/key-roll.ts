/**
 * A complete roll of a zone's key, and the zone becoming unsigned, done with the verbs. Waits of months are reduced to
 * seconds: TTLs are one second, and times that the verb sets far apart are rewritten in the key file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { KeyTimes, ZoneKeys } from '../../../src/dnssec/keys.js';
import { keyText, readKeyText } from '../../../src/zone/dnssec-key-text.js';
import { runProgram, until } from '../program.js';
import { VALIDATORS } from '../resolvers/configs.js';
import type { Server } from '../server.js';
import { ask, type Question, tagsIn, verdictOf } from './ask.js';

/** Milliseconds in which all that was kept has ended, the TTLs being a second. Longer does no harm. */
const KEPT = 1500;

export interface Rolling {
  readonly zone: string;
  readonly keys: string;
  readonly server: Server;
  /** Who asks. */
  readonly client: string;
  /** Has the parent have DS records with these data. */
  delegate(ds: readonly string[]): Promise<void>;
}

/** The tags of the keys before and after. */
export async function rollKey(rolling: Rolling): Promise<readonly [before: number, after: number]> {
  const { zone, keys, server } = rolling;
  const signs = (type: Question['type']) => tagsAre(rolling, { name: zone, type }, 'RRSIG');
  await dnssec(rolling, 'roll', '--copying', '1h', '--ds-ttl', '1s');
  await requestOf(server, '/reload', {});
  const [before, after] = read(keys).keys.map(({ tag }) => tag);
  if (before === undefined || after === undefined) throw new Error('there is one key');
  await signs('DNSKEY')([before, after]);
  await rolling.delegate(await dsOf(rolling));
  await tagsAre(rolling, { name: zone, type: 'DS' }, 'DS')([before, after]);
  await keptEnds();
  // Nothing is signed by the new one before all have it.
  await change(rolling, ({ activate }) =>
    activate > Date.now() ? { activate: Date.now() } : { retire: Date.now() },
  );
  await signs('SOA')([after]);
  await signs('DNSKEY')([before, after]);
  await rolling.delegate(await dsOf(rolling));
  await tagsAre(rolling, { name: zone, type: 'DS' }, 'DS')([after]);
  await keptEnds();
  await change(rolling, ({ retire }) => (retire < Infinity ? { remove: Date.now() } : {}));
  await signs('DNSKEY')([after]);
  return [before, after];
}

/** Has the parent forget the zone's keys; then it need not be signed any more. */
export async function withdrawKey(rolling: Rolling): Promise<void> {
  const { zone, server } = rolling;
  await dnssec(rolling, 'withdraw', '--ds-ttl', '1s');
  await requestOf(server, '/reload', {});
  await everywhere(rolling, { name: zone, type: 'CDS' }, ({ answers }) =>
    answers.some((line) => / 00000000+$/.test(line)),
  );
  await rolling.delegate([]);
  await everywhere(rolling, { name: zone, type: 'SOA' }, (reply) => verdictOf(reply) === 'NOERROR');
  await keptEnds();
}

/** The data of the DS records that the verb would have at the parent. */
async function dsOf(rolling: Rolling): Promise<string[]> {
  const { keys }: { keys: { ds: string }[] } = JSON.parse(await dnssec(rolling, 'ds', '--json'));
  return keys.map(({ ds }) => ds);
}

/** What a verb of `dnssec` prints. */
async function dnssec({ zone, server }: Rolling, verb: string, ...flags: string[]): Promise<string> {
  const args = ['dnssec', verb, zone, '--config', 'geopool.yaml', ...flags];
  const { code, stdout, stderr } = await runProgram(args, { cwd: server.dir });
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

/** What a verb of this route asks, without starting a program. */
export async function requestOf(server: Server, route: string, body: unknown): Promise<void> {
  const reply = await server.request('POST', route, JSON.stringify(body));
  if (reply.status !== 200) throw new Error(`${route}: ${reply.body}`);
}

function read(file: string): ZoneKeys {
  const read = readKeyText(readFileSync(file, 'utf8'), file);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read;
}

/** Writes other times, and has the server read them. */
async function change(
  { keys: file, server }: Rolling,
  timesOf: (times: KeyTimes) => Partial<KeyTimes>,
): Promise<void> {
  const { keys, ...rest } = read(file);
  const [first, ...more] = keys.map((key) => ({ ...key, ...timesOf(key) }));
  if (first !== undefined) writeFileSync(file, keyText({ ...rest, keys: [first, ...more] }));
  await requestOf(server, '/reload', {});
}

function tagsAre(rolling: Rolling, question: Question, by: 'RRSIG' | 'DS') {
  return (wanted: readonly number[]): Promise<void> => {
    const text = [...wanted].sort((a, b) => a - b).join();
    return everywhere(rolling, question, (reply) => tagsIn(reply, by).join() === text);
  };
}

async function everywhere(
  { client }: Rolling,
  question: Question,
  isSo: (reply: Awaited<ReturnType<typeof ask>>) => boolean,
): Promise<void> {
  for (const [resolver, { address }] of Object.entries(VALIDATORS)) {
    const look = async () => isSo(await ask(address, client, question)) || undefined;
    await until(look, `${question.name} ${question.type} by ${resolver}`, 30_000);
  }
}

function keptEnds(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, KEPT));
}
