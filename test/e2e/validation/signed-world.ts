/**
 * The small internet of predelegation/world.ts, signed: the root, `org`, `net` and the zones directly below them have keys
 * and signatures made by ldns, a chain of DS records, and a trust anchor. The zone above those of the tests can change.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, NAME_SERVERS, UPPER_SERVERS, type UpperServer } from '../predelegation/world.js';

/** The zone that the tests' own zones are delegated from. Nothing in it is kept for longer than a second. */
export const PARENT = 'example.org';
/** A second server of the tests, for zones of its own. */
export const APART = { name: `ns.apart.${PARENT}`, ipv4: '185.49.141.54' };
/** Who serves the zones that the tests' own ones delegate, a signed one and one that is not. */
export const BELOW = { name: `ns.below.${PARENT}`, ipv4: '185.49.140.30', ipv6: '2a04:b900::30' };
const [SIGNED, UNSIGNED] = ['signed.dl.example.org', 'unsigned.dl.example.org'];

const { above, top, root } = UPPER_SERVERS;
const NS1 = NAME_SERVERS['ns1.dl.example.org'];

export interface Child {
  /** Its label below PARENT. */
  readonly label: string;
  /** The data of its DS records. */
  readonly ds: readonly string[];
  /** It is served by the server that is APART. */
  readonly apart?: true;
}

export interface SignedWorld {
  readonly servers: Readonly<Record<string, UpperServer>>;
  /** The data of the root's DS record. */
  readonly anchor: string;
  /** The data of the DS record for the signed one of the zones BELOW. */
  readonly dsBelow: string;
  /** Has the parent have these children, once its server is told to reload. */
  delegate(children: readonly Child[]): void;
}

/** Makes keys, and signs. Working files go into `directory`. */
export function signWorld(directory: string, children: readonly Child[]): SignedWorld {
  const keys = new Map<string, Key>();
  const keyOf = (zone: string): Key => {
    const key = keys.get(zone) ?? makeKey(zone, directory);
    keys.set(zone, key);
    return key;
  };
  const sign = (zone: string, text: string): string => signText(zone, text, keyOf(zone), directory);
  const dsOf = (zone: string): string => `${zone}. DS ${keyOf(zone).ds}\n`;
  let serial = 1;
  const parent = (now: readonly Child[]): string => sign(PARENT, parentText(now, serial++));
  const { org = '', net = '', ...others } = top.zones;
  const { [PARENT]: _, 'example.net': second = '', ...more } = above.zones;
  const servers = {
    root: { ...root, zones: { '.': sign('.', `${root.zones['.']}${dsOf('org')}${dsOf('net')}`) } },
    top: {
      ...top,
      zones: {
        ...others,
        org: sign('org', `${org}${dsOf(PARENT)}`),
        net: sign('net', `${net}${dsOf('example.net')}`),
      },
    },
    above: {
      ...above,
      zones: { ...more, [PARENT]: parent(children), 'example.net': sign('example.net', second) },
    },
    below: { ...BELOW, zones: { [SIGNED]: sign(SIGNED, BELOW_TEXT), [UNSIGNED]: BELOW_TEXT } },
  };
  const file = join(directory, 'above', fileOf(PARENT));
  return {
    servers,
    anchor: keyOf('.').ds,
    dsBelow: keyOf(SIGNED).ds,
    delegate(now) {
      writeFileSync(`${file}.new`, parent(now));
      renameSync(`${file}.new`, file);
    },
  };
}

const BELOW_TEXT = `$TTL 60
@ SOA ${BELOW.name}. hostmaster.${PARENT}. 1 14400 3600 1209600 60
@ NS ${BELOW.name}.
@ TXT "here"
`;

function parentText(children: readonly Child[], serial: number): string {
  return `$TTL 1
@ SOA ns.${PARENT}. hostmaster.${PARENT}. ${serial} 14400 3600 1209600 1
@ NS ns.${PARENT}.
ns A ${above.ipv4}
ns AAAA ${above.ipv6}
ns1.dl A ${NS1.ipv4}
ns1.dl AAAA ${NS1.ipv6}
ns.apart A ${APART.ipv4}
ns.below A ${BELOW.ipv4}
ns.below AAAA ${BELOW.ipv6}
${children.map(childText).join('')}`;
}

function childText({ label, ds, apart }: Child): string {
  const servers = apart ? [APART.name] : Object.keys(NAME_SERVERS);
  return [...servers.map((name) => `NS ${name}.`), ...ds.map((data) => `DS ${data}`)]
    .map((record) => `${label} ${record}\n`)
    .join('');
}

interface Key {
  /** The path of its files, less their endings. */
  readonly files: string;
  readonly ds: string;
}

function makeKey(zone: string, directory: string): Key {
  const args = ['-a', 'ECDSAP256SHA256', '-k', zone];
  const name = execFileSync('ldns-keygen', args, { cwd: directory, encoding: 'utf8' }).trim();
  const files = join(directory, name);
  const ds = readFileSync(`${files}.ds`, 'utf8').replace(/^.*\sDS\s+/, '');
  return { files, ds: ds.trim() };
}

function signText(zone: string, text: string, { files }: Key, directory: string): string {
  const file = join(directory, `unsigned-${fileOf(zone)}`);
  writeFileSync(file, `$ORIGIN ${zone === '.' ? '' : zone}.\n${text}`);
  execFileSync('ldns-signzone', ['-o', zone, '-f', `${file}.signed`, file, files]);
  return readFileSync(`${file}.signed`, 'utf8');
}
