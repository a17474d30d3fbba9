/**
 * What tools for signed zones report on one: ldns, delv and DNSViz.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NAME_SERVERS, UPPER_SERVERS } from '../predelegation/world.js';
import { VALIDATORS } from '../resolvers/configs.js';
import { ask, type Question } from './ask.js';
import type { SignedWorld } from './signed-world.js';
import { CLIENTS, textOf } from './zones.js';

const run = promisify(execFile);

export interface Said {
  /** Of the zone as a walk along its NSEC records finds it. */
  readonly ldns: string;
  /** By question. */
  readonly delv: Readonly<Record<string, string>>;
  readonly dnsviz: unknown;
}

/** Working files go into `directory`. */
export async function toolsSay(
  zone: string,
  questions: readonly Question[],
  { anchor }: SignedWorld,
  directory: string,
): Promise<Said> {
  const [server] = Object.values(NAME_SERVERS);
  const dump = join(directory, 'dump.zone');
  writeFileSync(dump, await walk(zone, server?.ipv4 ?? '', directory));
  const ldns = await run('ldns-verify-zone', [dump]).then(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
    (error: unknown) => String(error),
  );
  const [tag, algorithm, digestType, digest] = anchor.split(' ');
  const anchors = join(directory, 'anchors');
  writeFileSync(anchors, `trust-anchors { . static-ds ${tag} ${algorithm} ${digestType} "${digest}"; };\n`);
  const delv: Record<string, string> = {};
  for (const { name, type } of questions) {
    const asked = [`@${VALIDATORS.unbound?.address}`, '-a', anchors, '+root=.', name, String(type)];
    const { stdout } = await run('delv', asked).catch((error: unknown) => ({ stdout: String(error) }));
    delv[textOf({ name, type })] = /^;.*/m.exec(stdout)?.[0] ?? stdout;
  }
  const probe = join(directory, 'probe.json');
  const root = `.:a.root-servers.net=${UPPER_SERVERS.root.ipv4}`;
  await run('dnsviz', ['probe', '-A', '-d', '1', '-x', root, '-o', probe, zone]);
  const grok = await run('dnsviz', ['grok', '-l', 'info', '-r', probe], { maxBuffer: 1 << 26 });
  return { ldns, delv, dnsviz: JSON.parse(grok.stdout) };
}

/** All of a zone, in zone file form, as it is found along its NSEC records. */
async function walk(zone: string, server: string, directory: string): Promise<string> {
  const questions: string[] = [];
  for (let name = zone; ; ) {
    // Who is asked for the NSEC of a delegated name refers: it is in the proof that the name behind does not exist.
    const behind = name.replace('.', '0.');
    const [own, other] = [
      await ask(server, CLIENTS.chicago, { name, type: 'NSEC' }),
      await ask(server, CLIENTS.chicago, { name: behind, type: 'A' }),
    ];
    const isDelegated = own.answers.length === 0;
    const line = [...own.answers, ...other.authorities].find((each) => isNsecOf(each, name)) ?? '';
    const { nextDomain, rrtypes }: NsecData = JSON.parse(line.slice(line.indexOf('{')));
    const subnet = name.startsWith('germans.') ? CLIENTS.berlin : CLIENTS.chicago;
    const lookUp = (from: string, type: string, section: string): void => {
      const flags = `+norec +dnssec +subnet=${subnet}/24 +noall ${section}`;
      questions.push(`@${server} ${from} ${type.replace('UNKNOWN_', 'TYPE')} ${flags}`);
    };
    for (const type of rrtypes) {
      if (type === 'RRSIG') continue;
      if (isDelegated && type === 'NSEC') lookUp(behind, 'A', '+authority');
      else lookUp(name, type, isDelegated && type === 'NS' ? '+authority' : '+answer');
    }
    if (nextDomain === zone) break;
    name = nextDomain;
  }
  const file = join(directory, 'questions');
  writeFileSync(file, `${questions.join('\n')}\n`);
  const { stdout } = await run('dig', ['-f', file], { maxBuffer: 1 << 24 });
  return `${[...new Set(stdout.split('\n'))].join('\n')}\n`;
}

interface NsecData {
  readonly nextDomain: string;
  readonly rrtypes: readonly string[];
}

function isNsecOf(line: string, name: string): boolean {
  return line.startsWith(`${name} `) && line.includes(' NSEC {');
}
