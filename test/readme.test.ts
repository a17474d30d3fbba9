/** README.md and the pages of the manual held against the program: what they show is read, run and compared. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import type * as z from 'zod';
import { GeopoolError } from '../src/platform/errors.js';
import { applyEnvironment } from '../src/zone/config-environment.js';
import { formatFault } from '../src/zone/faults.js';
import { parseZone } from '../src/zone/parse-zone.js';
import { RECORD_FORMS } from '../src/zone/record-forms.js';
import { zoneJsonSchema } from '../src/zone/schema.js';
import { DEFAULT_TERMS, parseServerConfig } from '../src/zone/server-config.js';
import { runProgram } from './e2e/program.js';

const ROOT = process.cwd();
const README = readFileSync('README.md', 'utf8');
const PAGES = ['geopool', 'geopool.yaml', 'geopool-zone', 'operations', 'migration'];
const [VERBS = '', SETTINGS = '', ZONE = '', ...MORE] = PAGES.map((page) =>
  readFileSync(`docs/${page}.md`, 'utf8'),
);
const MANUAL = [README, VERBS, SETTINGS, ZONE, ...MORE].join('\n');

/** The fenced blocks of a language, without the indentation that a list gives them. */
function blocks(language: string): string[] {
  const fences = MANUAL.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm);
  return [...fences].flatMap(([, indent = '', name, text = '']) =>
    name === language ? [text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')] : [],
  );
}

const ZONES = blocks('yaml').filter((text) => text.startsWith('zone:'));
const CONFIGS = blocks('yaml').filter((text) => !text.startsWith('zone:'));

/** What the items of a list begin with, in code marks, from a heading to the next one. */
function itemsUnder(heading: string, page: string): string[] {
  const [, text = ''] = page.split(`\n## ${heading}\n`);
  const [list = ''] = text.split('\n## ');
  return [...list.matchAll(/^- `([^`]*)`/gm)].map(([, item = '']) => item.replaceAll(/\s+/g, ' '));
}

t.test('the zones are sound, and together have every key', async (t) => {
  t.not(ZONES.length, 0);
  for (const text of ZONES) {
    const parsed = parseZone(text, 'README.md');
    t.same('faults' in parsed ? parsed.faults.map(formatFault) : [], []);
  }
  const shown = ZONES.join('\n');
  const { records, ...rest } = zoneJsonSchema().properties ?? {};
  t.ok(records);
  const keys = [...Object.keys(rest), ...Object.values(rest).flatMap(keysBelow), 'records', 'ttl'];
  t.ok(keys.length > 40);
  for (const key of [...keys, ...Object.keys(RECORD_FORMS)]) {
    t.match(shown, new RegExp(`(^|[ {"])${key}:`, 'm'), key);
  }
});

/** The names of all properties below a node of a JSON Schema. */
function keysBelow(node: z.core.JSONSchema._JSONSchema): string[] {
  if (typeof node === 'boolean') return [];
  const own = Object.entries(node.properties ?? {}).flatMap(([key, value]) => [key, ...keysBelow(value)]);
  return node.additionalProperties === undefined ? own : [...own, ...keysBelow(node.additionalProperties)];
}

t.test('the configs are sound', async (t) => {
  t.not(CONFIGS.length, 0);
  for (const text of CONFIGS) t.doesNotThrow(() => parseServerConfig(text, 'README.md'), text);
});

/** The keys that geopool.yaml may have, dotted: what the complaint about an unknown one lists. */
function configKeys(path: readonly string[] = []): string[] {
  const unknown = 'xxxxxxxxxxxx';
  const text = [...path, unknown].reduceRight((inner, key) => `{ ${key}: ${inner} }`, '1');
  try {
    parseServerConfig(text, 'geopool.yaml');
  } catch (error) {
    if (!(error instanceof GeopoolError)) throw error;
    const listed = /expected one of: (.*)$/.exec(error.details.join('\n'))?.[1]?.split(', ') ?? [];
    return listed.flatMap((key) => {
      const below = configKeys([...path, key]);
      return below.length > 0 ? below : [[...path, key].join('.')];
    });
  }
  return [];
}

t.test('the list of settings has every key, and the defaults that are texts', async (t) => {
  const keys = configKeys();
  t.ok(keys.length > 10);
  t.same(itemsUnder('Settings', SETTINGS).sort(), keys.sort());
  const { zones, state } = parseServerConfig('', 'geopool.yaml');
  const { schedule, host, editions } = DEFAULT_TERMS;
  for (const value of [zones, state, schedule, host, `[${editions.join(', ')}]`]) {
    t.match(SETTINGS, `default \`${value}\`)`);
  }
});

t.test('every name of the environment that is looked at is there, and no other', async (t) => {
  const looked = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_, name) {
        looked.add(String(name));
        return undefined;
      },
    },
  );
  const fetched = 'geo: { update: { account_id: 1, license_key: k } }';
  applyEnvironment(parseServerConfig(fetched, 'geopool.yaml'), env, () => '');
  const named = new Set(MANUAL.match(/\b(?:GEOIPUPDATE_\w+|[A-Z]+_PROXY\b)/g));
  const names = new Set([...looked].map((name) => name.toUpperCase()));
  t.same([...named].sort(), [...names].sort());
});

/** The flags in a text. */
function flagsIn(text: string): string[] {
  return [...new Set(text.match(/--[a-z]+/g))].filter((flag) => flag !== '--help').sort();
}

async function helpOf(...verb: string[]): Promise<string> {
  return (await runProgram([...verb, '--help'], { cwd: ROOT })).stdout;
}

/** The names of the commands that a help lists. */
function commandsIn(help: string): string[] {
  const [, list = ''] = help.split('Commands:\n');
  return [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

t.test('verbs and flags', async (t) => {
  const verbs: string[] = [];
  for (const verb of commandsIn(await helpOf())) verbs.push(...(await spellOut(verb)));
  t.ok(verbs.length > 8);
  const rows = new Map(itemsUnder('Verbs', VERBS).map((cell) => [verbIn(cell, verbs), cell]));
  t.same([...rows.keys()].sort(), [...verbs].sort(), 'the list has every verb and no other');
  const known = new Map<string, string[]>();
  for (const verb of verbs) {
    const flags = flagsIn(await helpOf(...verb.split(' ')));
    known.set(verb, flags);
    t.same(flagsIn(rows.get(verb) ?? ''), flags, `the flags of ${verb}`);
  }
  const code = [...blocks('sh'), ...blocks('console'), ...(MANUAL.match(/`[^`\n]+`/g) ?? [])].join('\n');
  const uses = [...code.matchAll(/(?:node dist\/main\.js|(?:^|[`$ ])geopool) +([a-z].*)$/gm)];
  t.ok(uses.length > 10);
  for (const [, use = ''] of uses) {
    const verb = verbIn(use, verbs);
    t.ok(verb, use);
    for (const flag of flagsIn(use)) t.ok(known.get(verb ?? '')?.includes(flag), `${flag} in: ${use}`);
  }
});

/** A verb, or the verbs below it. */
async function spellOut(verb: string): Promise<string[]> {
  const below = commandsIn(await helpOf(verb));
  return below.length > 0 ? below.map((name) => `${verb} ${name}`) : [verb];
}

function verbIn(text: string, verbs: readonly string[]): string | undefined {
  return verbs.find((verb) => new RegExp(`^${verb}(?![a-z])`).test(text));
}

/** The table that explain prints, as README.md has it too. */
async function explainedTable(t: Test, zones: string): Promise<string> {
  const args = ['explain', 'dl.example.org', '--from', '192.109.0.1', '--zones', zones];
  const { code, stdout } = await runProgram(args, { cwd: ROOT });
  t.equal(code, 0);
  return stdout.split('\n').slice(3).join('\n');
}

t.test('explain says what is shown here', async (t) => {
  t.match(README, await explainedTable(t, 'zones'));
  const directory = mkdtempSync(join(tmpdir(), 'geopool-readme-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const text = readFileSync('zones/dl.example.org.yaml', 'utf8');
  writeFileSync(join(directory, 'z.yaml'), text.replace('max_share: 0.5', 'max_share: 0.3'));
  t.match(README, await explainedTable(t, directory));
});

/** The anchors that the headings of a page have. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
}

t.test('links lead somewhere', async (t) => {
  const pages = readdirSync('docs').map((name) => `docs/${name}`);
  for (const file of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pages]) {
    const text = readFileSync(file, 'utf8');
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      const found = existsSync(join(ROOT, target));
      t.ok(found, `${file}: ${link}`);
      if (found && anchor !== undefined) {
        t.ok(anchorsOf(readFileSync(target, 'utf8')).includes(anchor), `${file}: ${link}`);
      }
    }
  }
});

t.test('the attribution that the license of GeoLite2 asks for', async (t) => {
  const text =
    'This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com';
  t.match(README, text);
});
