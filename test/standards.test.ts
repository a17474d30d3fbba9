/** docs/standards.md held against the code: what it points to is there, and no RFC that the code obeys is missing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import t from 'tap';

const TEXT = readFileSync(join('docs', 'standards.md'), 'utf8');

t.test('every file that it names is there', async (t) => {
  const links = [...TEXT.matchAll(/\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) =>
    normalize(join('docs', path)),
  );
  t.ok(links.length > 80);
  t.same(
    links.filter((path) => !existsSync(path)),
    [],
  );
});

t.test('every row names a file that does it and a test that shows it', async (t) => {
  const rows = TEXT.split('\n').filter((line) => /^\| \d{4}/.test(line));
  t.ok(rows.length > 30);
  for (const row of rows) {
    const [, rfc = '', , doing = '', shown = ''] = row.split('|');
    t.match(doing, '../src/', rfc);
    t.match(shown, /\.\.\/test\/.*\.test\.ts/, rfc);
  }
});

/** RFCs of DNS that code in these rooms names. Those of HTTP, addresses and dates are not about what is answered. */
const ROOMS = ['answer', 'wire', 'compile', 'server'];
const OTHERS = ['2930', '4291', '5952', '6793', '8200', '8945'];

t.test('every RFC that the code obeys is in it', async (t) => {
  const named = new Set<string>();
  for (const room of ROOMS) {
    for (const file of readdirSync(join('src', room), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )) {
      const source = readFileSync(join('src', room, file), 'utf8');
      for (const [, number = ''] of source.matchAll(/RFC (\d{3,4})/g)) named.add(number);
    }
  }
  t.ok(named.size > 20);
  const missing = [...named].filter(
    (number) => !OTHERS.includes(number) && !new RegExp(`\\b${number}\\b`).test(TEXT),
  );
  t.same(missing, []);
});
