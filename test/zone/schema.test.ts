import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import * as z from 'zod';
import { readYaml } from '../../src/zone/read-yaml.js';
import { zoneJsonSchema } from '../../src/zone/schema.js';
import { plainValue } from '../../src/zone/tree.js';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema at a path of property names; `*` is what any other key has, `[]` an item. */
function at(schema: unknown, ...path: readonly string[]): Json {
  const found = path.reduce<unknown>((here, step) => {
    if (!isObject(here)) return undefined;
    if (step === '*') return here.additionalProperties;
    if (step === '[]') return here.items;
    return isObject(here.properties) ? here.properties[step] : undefined;
  }, schema);
  if (!isObject(found)) throw new Error(`nothing at ${path.join('.')}`);
  return found;
}

const schema: unknown = JSON.parse(JSON.stringify(zoneJsonSchema()));

t.test('zones/zone.schema.json is up to date', async (t) => {
  const kept: unknown = JSON.parse(readFileSync(join(process.cwd(), 'zones/zone.schema.json'), 'utf8'));
  t.same(kept, schema, 'write it anew: node dist/main.js schema > zones/zone.schema.json');
});

t.test('is JSON Schema that editors can complete from', async (t) => {
  t.match(schema, {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['zone', 'ns', 'pools', 'mirrors'],
    additionalProperties: false,
  });
  t.match(at(schema, 'pools', '*', 'answers'), {
    type: 'integer',
    minimum: 1,
    maximum: 8,
    default: 3,
    description: /\S/,
  });
  t.match(at(schema, 'pools', '*', 'probe', 'type'), {
    enum: ['http', 'https', 'tcp', 'rsync', 'none'],
    default: 'http',
  });
  t.match(at(schema, 'pools', '*', 'probe', 'interval'), {
    type: 'string',
    pattern: /ms\|s\|m/,
    default: '30s',
  });
  t.match(at(schema, 'mirrors', '*'), {
    anyOf: [{ required: ['addresses'] }, { required: ['hostname'] }],
    additionalProperties: false,
  });
  t.match(at(schema, 'mirrors'), { propertyNames: { pattern: /a-z0-9/ } });
  t.ok(at(schema, 'mirrors', '*', 'location', 'country').enum);
  t.match(at(schema, 'mirrors', '*', 'asn', '[]'), { type: 'integer', minimum: 1 });
});

t.test('records know their types and no others', async (t) => {
  const owner = at(schema, 'records', '*');
  t.equal(owner.additionalProperties, false);
  t.ok(isObject(owner.patternProperties) && owner.patternProperties['^TYPE[0-9]{1,5}$']);
  for (const type of [
    'A',
    'AAAA',
    'CAA',
    'CNAME',
    'MX',
    'PTR',
    'SRV',
    'TXT',
    'ttl',
    'SSHFP',
    'TLSA',
    'HTTPS',
    'SVCB',
    'NS',
    'DS',
  ])
    at(owner, type);
  for (const type of ['SOA', 'DNAME', 'SPF']) t.throws(() => at(owner, type), type);
});

t.test('every key but a few plain ones has a description', async (t) => {
  const bare: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (!isObject(node)) return;
    if (isObject(node.properties)) {
      for (const [key, value] of Object.entries(node.properties)) {
        if (isObject(value) && value.description === undefined) bare.push(`${path}${key}`);
        visit(value, `${path}${key}.`);
      }
    }
    visit(node.additionalProperties, `${path}*.`);
  };
  visit(schema, '');
  t.same(bare, ['soa.refresh', 'soa.retry', 'soa.expire']);
});

t.test('takes what the parser takes, and sees the faults that a schema can see', async (t) => {
  const read = z.fromJSONSchema(zoneJsonSchema());
  const check = (path: string) => {
    const { root } = readYaml(readFileSync(join(process.cwd(), path), 'utf8'));
    return read.safeParse(root === undefined ? undefined : plainValue(root));
  };
  const examples = readdirSync(join(process.cwd(), 'zones')).filter((name) => name.endsWith('.yaml'));
  for (const path of [...examples.map((name) => `zones/${name}`), 'test/fixtures/zones/every-key.yaml']) {
    t.same(check(path).error?.issues ?? [], [], path);
  }
  const paths =
    check('test/fixtures/zones/all-wrong.yaml').error?.issues.map(({ path }) => path.join('.')) ?? [];
  for (const path of [
    'ttl',
    'pools.@.answers',
    'pools.@.probe.interval',
    'pools.eu.mirrors',
    'mirrors.Cascade',
    'records.@',
  ]) {
    t.ok(paths.includes(path), path);
  }
});
