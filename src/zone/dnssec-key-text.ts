/**
 * The file of a zone's DNSSEC keys. It is the same on all of the zone's name servers, and a text file, so that its times
 * can be read and, if need be, changed. Messages about it never contain any part of a key.
 */
import { createPrivateKey } from 'node:crypto';
import * as z from 'zod';
import { faultInTimes } from '../dnssec/key-times.js';
import { ALGORITHM_NAMES, type Algorithm, type ZoneKey, type ZoneKeys, zoneKeyOf } from '../dnssec/keys.js';
import { DAY_MS, rfc3339 } from '../platform/time.js';
import { formatDuration } from './durations.js';
import { type Fault, type FaultList, faultOfFile, newFaultList, sortFaults } from './faults.js';
import { duration, meaningful, whole } from './fields.js';
import { readName } from './names.js';
import { readBySchema } from './read-value.js';
import { readYaml } from './read-yaml.js';
import { readTime } from './times.js';

const VERSION = 1;
/** The longest DS TTL, in milliseconds. No parent has such a long one. */
export const LONGEST_TTL = 365 * DAY_MS;
/** A run of Base64 characters, longer than any word in a message. */
const SECRETS = /[A-Za-z0-9+/=]{16,}/g;

const [ECDSA_P256, ED25519] = [ALGORITHM_NAMES[13], ALGORITHM_NAMES[15]];

/** The algorithms by their names in files and verbs. */
export const ALGORITHMS = { [ECDSA_P256]: 13, [ED25519]: 15 } as const satisfies Record<string, Algorithm>;

const time = meaningful(readTime);
const base64 = z.base64();

const keySchema = z.strictObject({
  tag: whole('tag', 0, 65_535).optional(),
  algorithm: z.enum([ECDSA_P256, ED25519]).optional(),
  public: base64.optional(),
  publish: time.optional(),
  activate: time.optional(),
  retire: time.optional(),
  remove: time.optional(),
  ds_seen: time.optional(),
  private: base64.optional(),
});

const fileSchema = z.strictObject({
  version: z.literal(VERSION).optional(),
  zone: meaningful(readName).optional(),
  withdrawn: time.optional(),
  ds_ttl: duration('ds_ttl', 0, LONGEST_TTL).optional(),
  keys: z.array(keySchema).optional(),
});

type KeyDraft = z.output<typeof keySchema>;

/** The keys in the text of such a file. Faults call it `file`. */
export function readKeyText(text: string, file: string): ZoneKeys | { readonly faults: readonly Fault[] } {
  const yaml = readYaml(text);
  const ofYaml = yaml.faults.map((fault) => ({ file, ...fault }));
  if (yaml.root === undefined) return { faults: ofYaml.map(withoutSecrets) };
  if (yaml.root.kind === 'scalar' && yaml.root.value === null)
    return { faults: [faultOfFile(file, 'the file is empty: geopool dnssec keygen makes one')] };
  const faults = newFaultList(file, yaml.root);
  const draft = readBySchema(fileSchema, yaml.root, faults) ?? {};
  requireKeys(['version', 'zone', 'keys'], [], faults);
  const { zone, withdrawn, ds_ttl: dsTtl } = draft;
  const read = (draft.keys ?? []).flatMap((key, i) => keyOf(key, i, faults) ?? []);
  const [first, ...more] = read.sort((a, b) => a.activate - b.activate);
  const said = [...ofYaml, ...faults.sorted()];
  if (said.length === 0 && first === undefined) said.push(faultOfFile(file, 'there is no key in it'));
  const inTimes = said.length > 0 ? undefined : faultInTimes(read);
  if (inTimes !== undefined) said.push({ file, ...faults.position(['keys'], 'key'), message: inTimes });
  if (said.length > 0 || zone === undefined || first === undefined)
    return { faults: sortFaults(said).map(withoutSecrets) };
  return {
    zone,
    keys: [first, ...more],
    ...(withdrawn !== undefined && { withdrawn }),
    ...(dsTtl !== undefined && { dsTtl }),
  };
}

function withoutSecrets(fault: Fault): Fault {
  return { ...fault, message: fault.message.replace(SECRETS, '...') };
}

function keyOf(draft: KeyDraft, i: number, faults: FaultList): ZoneKey | undefined {
  const path = ['keys', i];
  requireKeys(['tag', 'algorithm', 'public', 'publish', 'activate', 'private'], path, faults);
  const { tag, algorithm, publish, activate, retire = Infinity, remove = Infinity, ds_seen: dsSeen } = draft;
  if (draft.public === undefined || draft.private === undefined || algorithm === undefined) return undefined;
  if (tag === undefined || publish === undefined || activate === undefined) return undefined;
  const times = { publish, activate, retire, remove };
  const key = zoneKeyOf(ALGORITHMS[algorithm], pemOf(draft.private), times);
  if (key === undefined) {
    faults.atValue([...path, 'private'], `this is not a private key of ${algorithm}`);
  } else if (Buffer.compare(key.publicKey, Buffer.from(draft.public, 'base64')) !== 0) {
    faults.atValue([...path, 'public'], 'this is not the public part of the private key');
  } else if (key.tag !== tag) {
    faults.atValue([...path, 'tag'], `the tag of this key is ${key.tag}`);
  }
  return key && { ...key, ...(dsSeen !== undefined && { dsSeen }) };
}

function requireKeys(keys: readonly string[], path: readonly (string | number)[], faults: FaultList): void {
  for (const key of keys) {
    if (!faults.has([...path, key])) faults.atKey([...path, key], `"${key}" is missing`);
  }
}

/** The text of such a file. */
export function keyText({ zone, keys, withdrawn, dsTtl }: ZoneKeys): string {
  return [
    `# The keys that ${zone} is signed with. Whoever has them can forge its answers.`,
    `# geopool dnssec reads and writes this file; all name servers of the zone have the same.`,
    `version: ${VERSION}`,
    `zone: ${zone}`,
    ...timeLine('withdrawn', withdrawn ?? Infinity, ''),
    ...(dsTtl === undefined ? [] : [`ds_ttl: ${formatDuration(dsTtl)}`]),
    'keys:',
    ...keys.flatMap(
      ({ tag, algorithm, publicKey, privateKey, publish, activate, retire, remove, dsSeen = Infinity }) => [
        `  - tag: ${tag}`,
        `    algorithm: ${ALGORITHM_NAMES[algorithm]}`,
        `    public: ${Buffer.from(publicKey).toString('base64')}`,
        ...timeLine('publish', publish, '    '),
        ...timeLine('activate', activate, '    '),
        ...timeLine('retire', retire, '    '),
        ...timeLine('remove', remove, '    '),
        ...timeLine('ds_seen', dsSeen, '    '),
        `    private: ${derOf(privateKey)}`,
      ],
    ),
    '',
  ].join('\n');
}

function timeLine(key: string, ms: number, indent: string): string[] {
  return ms === Infinity ? [] : [`${indent}${key}: ${rfc3339(ms)}`];
}

/** PEM is lines of Base64 between a first and a last line (RFC 7468 §2). */
function derOf(pem: string): string {
  return createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }).toString('base64');
}

function pemOf(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}
