/**
 * Text from outside that is shown to people: an operator's reason and name, texts of zone files, the type of a database. On
 * a terminal, none of it can break out of its own line.
 */
import t from 'tap';
import { writeMmdb } from '../mmdb-writer.js';
import { zoneText } from '../zone/zone-text.js';
import { makeHome, startServer } from './server.js';

/** Clears the screen, sets the title, ends the line, goes back to its start, turns its direction. */
const HOSTILE = '\x1b[2J\x1b]0;owned\x07\r\nFORGED: all is well\x9b31m\u2028\u202e';
/** As YAML writes it between double quotes. */
const IN_YAML = JSON.stringify(HOSTILE).replaceAll('\x9b', '\\x9b');
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

function forged(text: string): string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => UNSAFE.test(line) || line.trim().startsWith('FORGED'));
}

t.test('a running server’s state', async (t) => {
  const zone = zoneText({
    pools: 'pools: { "@": { probe: { type: none } } }',
    more: `overrides: [{ mirrors: [boreas], reason: ${IN_YAML}, by: ${IN_YAML} }]`,
  });
  const home = await makeHome(t, { zones: { 'z.yaml': zone }, config: 'geo: { city: city.mmdb }\n' });
  await home.write('city.mmdb', writeMmdb({ type: `X-City${HOSTILE}`, entries: {} }));
  const server = await startServer(t, { home });
  await server.run('disable', 'aurora', '--force', '--reason', HOSTILE, '--by', HOSTILE);
  const verbs = [
    ['status'],
    ['explain', 'dl.example.org', '--from', '5.1.2.3'],
    ['explain', 'dl.example.org', '--from', '5.1.2.3', '--zones', 'zones'],
    ['history'],
    ['geo', 'info'],
    ['disable', HOSTILE, '--force', '--reason', 'x'],
    ['status', '--json'],
    ['explain', 'dl.example.org', '--from', '5.1.2.3', '--json'],
  ];
  let shown = 0;
  for (const verb of verbs) {
    const { stdout, stderr } = await server.run(...verb);
    t.same(forged(stdout + stderr), [], `${verb[0]}`);
    shown += (stdout + stderr).split('FORGED').length - 1;
  }
  t.ok(shown > verbs.length, `the texts are there, ${shown} times`);
  await server.write('zones/z.yaml', zone.replace('ttl: 60', '').concat(`${IN_YAML}: 1\n`));
  for (const verb of ['reload', 'status']) {
    const { stdout, stderr } = await server.run(verb);
    t.same(forged(stdout + stderr), [], verb);
    t.match(stdout + stderr, /unknown key "\\u001b\[2J.*FORGED: all is well/, verb);
  }
});

t.test('check', async (t) => {
  const wrong: readonly string[] = [
    `${IN_YAML}: 1`,
    `ttl: ${IN_YAML}`,
    `overrides: [{ mirrors: [${IN_YAML}], reason: x }]`,
    `overrides: [{ mirrors: [aurora], reason: x, until: ${IN_YAML} }]`,
    `records: { ${IN_YAML}: { A: 192.0.2.1 } }`,
    `records: { www: { A: ${IN_YAML} } }`,
    'ttl: !!x\x1b[2J\x85FORGED: 1',
    'ttl: 1\n  \x1b[2JFORGED\x07: {',
  ];
  const zones = Object.fromEntries(wrong.map((more, i) => [`${i}.yaml`, zoneText({ more })]));
  const home = await makeHome(t, { zones: { ...zones, [`${'\x1b[2J'}\nFORGED.yaml`]: 'zone: 1' } });
  const { code, stdout, stderr } = await home.run('check', '--zones', 'zones');
  t.equal(code, 1);
  t.same(forged(stdout + stderr), []);
  const lines = stdout.trimEnd().split('\n');
  for (const i of wrong.keys())
    t.ok(
      lines.some((line) => line.startsWith(`zones/${i}.yaml:`)),
      `file ${i}`,
    );
  t.ok(
    lines.every((line) => /^zones\/.*\.yaml:\d+:\d+: /.test(line)),
    'each line names its file',
  );
});
