/**
 * The map of the house is kept by this test: imports go down the table of rooms or stay in a room, and the libraries that
 * one room alone may import are imported there alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import t from 'tap';

/** From the top down; what stands in one row may import each other. */
const ROOMS = [
  ['main.ts', 'commands'],
  ['daemon'],
  ['control', 'http', 'report'],
  ['import'],
  ['foresight'],
  ['fleet'],
  ['server'],
  ['compile'],
  ['answer'],
  ['select'],
  ['health', 'history'],
  ['probe'],
  ['update', 'notify'],
  ['geo'],
  ['zone'],
  ['dnssec'],
  ['state'],
  ['wire'],
  ['ip'],
  ['systemd'],
  ['platform'],
];

/** What answers queries stays small: these rooms are all that a worker may load. */
const ANSWERING = ['server', 'answer', 'select', 'dnssec', 'wire', 'ip', 'platform'];

const ALONE: Record<string, readonly string[]> = {
  maxmind: ['geo'],
  yaml: ['zone'],
  re2js: ['zone'],
  dns2: ['wire'],
  undici: ['update', 'notify'],
  'node-cron': ['update', 'zone'],
  koffi: ['platform'],
  commander: ['main.ts', 'commands'],
  'prom-client': ['http'],
  pino: ['platform'],
  ioredis: ['fleet'],
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly source: string;
}

const root = join(process.cwd(), 'src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file): Import[] => {
  const text = readFileSync(join(root, file), 'utf8');
  return [
    ...text.matchAll(/^(?:import|export)[^'"]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm),
  ].map((match) => ({ file, room: roomOf(file), source: match[1] ?? match[2] ?? match[3] ?? '' }));
});

function roomOf(file: string): string {
  return file.split('/', 1)[0] ?? file;
}

function rowOf(room: string): number {
  return ROOMS.findIndex((row) => row.includes(room));
}

function target({ file, source }: Import): string {
  return roomOf(relative(root, join(root, dirname(file), source)).replace(/\.js$/, '.ts'));
}

t.test('every file is in a room of the table', async (t) => {
  t.ok(files.length > 20);
  for (const file of files) t.ok(rowOf(roomOf(file)) >= 0, file);
});

t.test('imports go down or stay in their room', async (t) => {
  const local = imports.filter(({ source }) => source.startsWith('.'));
  t.ok(local.length > 50);
  for (const entry of local) {
    const to = target(entry);
    const down = rowOf(to) >= rowOf(entry.room);
    if (!down) t.fail(`${entry.file} imports ${to}, which is above it`);
  }
});

t.test('no file of answer leads back to itself, types included', async (t) => {
  const next = new Map<string, string[]>();
  for (const { file, source } of imports.filter(({ room }) => room === 'answer'))
    next.set(file, [...(next.get(file) ?? []), join(dirname(file), source).replace(/\.js$/, '.ts')]);
  t.ok(next.size > 20);
  const done = new Set<string>();
  const walk = (path: readonly string[]): void => {
    for (const file of next.get(path.at(-1) ?? '') ?? []) {
      if (path.includes(file)) t.fail([...path.slice(path.indexOf(file)), file].join(' → '));
      else if (!done.has(file)) walk([...path, file]);
    }
    done.add(path.at(-1) ?? '');
  };
  for (const file of next.keys()) walk([file]);
});

t.test('each field of a layout is read in one place', async (t) => {
  const read = files.flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /\b((?:ANSWER|NODE|ROW|POOL|CATCHMENT|GUESS)\.(?!HEAD|PAIRS)\w+)[^[\]]*\] \?\?|Atomics\.load\([^;]* (ADDRESS\.\w+)\)/g,
    ),
  ]);
  const fields = read.map(([, field, atomic]) => field ?? atomic ?? '');
  t.ok(fields.length > 40);
  t.same(fields.sort(), [...new Set(fields)].sort());
});

t.test('what a worker loads stays small', async (t) => {
  const local = imports.filter(
    ({ source, room }) => source.startsWith('.') && ['server', 'answer'].includes(room),
  );
  for (const entry of local) {
    const to = target(entry);
    if (!ANSWERING.includes(to)) t.fail(`${entry.file} imports ${to}, which no worker may load`);
  }
  const packages = imports.filter(({ source, room }) => room === 'answer' && !source.startsWith('.'));
  t.same(packages, [], 'src/answer imports nothing from outside');
});

t.test('a library with a room of its own is imported there alone', async (t) => {
  for (const [library, rooms] of Object.entries(ALONE)) {
    for (const entry of imports) {
      if (entry.source !== library && !entry.source.startsWith(`${library}/`)) continue;
      if (!rooms.includes(entry.room)) t.fail(`${entry.file} imports ${library}`);
    }
  }
  t.pass();
});

t.test('a verb that asks the running server loads nothing but that', async (t) => {
  for (const verb of [
    'status',
    'monitor',
    'override',
    'reload',
    'history',
    'explain',
    'probe',
    'geo',
    'notify',
  ]) {
    const loaded = loadedBy(join('commands', `${verb}.ts`));
    t.ok(loaded.includes('control/client.ts'));
    t.same(
      loaded.filter((source) => !source.endsWith('.ts') && !source.startsWith('node:')),
      [],
      verb,
    );
  }
});

/** All files and packages that a file loads at once: types and what it imports when it needs it aside. */
function loadedBy(file: string, before: string[] = []): readonly string[] {
  if (before.includes(file)) return before;
  before.push(file);
  const text = readFileSync(join(root, file), 'utf8');
  for (const [, source = ''] of text.matchAll(/^(?:import|export) (?!type )[^'"]*?from '([^']+)'/gm)) {
    if (source.startsWith('.')) loadedBy(join(dirname(file), source).replace(/\.js$/, '.ts'), before);
    else if (!before.includes(source)) before.push(source);
  }
  return before;
}

t.test(
  'zod is imported by all its names, since `z` alone brings its messages in fifty languages',
  async (t) => {
    for (const file of files)
      t.notMatch(readFileSync(join(root, file), 'utf8'), /^import \{.*from 'zod'/m, file);
  },
);
