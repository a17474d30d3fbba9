import t from 'tap';
import { importMirrorsJson } from '../../src/import/mirrors-json.js';
import { importText } from './imported-zone.js';

const LIST = `{
\t"version": 1,
\t"mirrors": [
\t\t{"url_prefix": "https://one.example/pub/tails", "rsync_url": "rsync://one.example/tails", "weight": 10,
\t\t "email": "a@one.example", "notes": "said: \\"fine\\""},
\t\t{"url_prefix": "http://two.example:8080/tails/", "rsync_url": "rsync://rsync.two.example/tails", "weight": 0},
\t\t{"url_prefix": "http://192.0.2.7/", "weight": 0.5, "sponsor": "S"}
\t]
}
`;

t.test('each mirror with its probes; weight 0 stays', async (t) => {
  const { text, decisions } = importText(importMirrorsJson, { 'mirrors.json': LIST }, { zone: 'dl.example' });
  t.equal(
    text.slice(text.indexOf('pools:')),
    `pools:
  "@": {}

mirrors:
  one.example:
    hostname: one.example
    weight: 10
    probes:
      - { type: https, host: one.example, path: /pub/tails/ }
      - { type: rsync, module: tails }
    notes: 'said: "fine"'
    email: a@one.example
  # rsync_url: rsync://rsync.two.example/tails
  two.example:
    hostname: two.example
    weight: 0
    probe: { type: http, port: 8080, host: two.example, path: /tails/ }
  # sponsor: S
  # weight: 0.5
  192.0.2.7:
    addresses: [192.0.2.7]
    probe: { type: http, path: / }
`,
  );
  t.same(decisions, [
    '6: two.example: rsync is served at rsync.two.example, and a mirror is probed at its own addresses alone',
    '7: 192.0.2.7: the weight 0.5 is not a whole number: write one',
  ]);
});

t.test('what is no such list is refused with its place', async (t) => {
  const refused = (text: string, message: RegExp): void => {
    t.throws(() => importMirrorsJson([{ file: 'x', text }]), { code: 'IMPORT_INVALID', message });
  };
  refused('{"a": 1}', /^x:1:1: this is not a list of mirrors/);
  refused('{"mirrors": [\n{"weight": 1}]}', /^x:2:1: a mirror needs a "url_prefix"/);
  refused('{"mirrors": [}', /^x:1:1: the \{ that begins here has no \}/);
  refused('{"mirrors": []}', /^x:1:1: the list has no mirrors/);
});
