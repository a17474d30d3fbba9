/** One word for one thing: no two exported types of the program have the same name, so that a name says which is meant. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

t.test('no two exported types share a name', async (t) => {
  const files = new Map<string, string[]>();
  for (const file of SOURCES) {
    const text = readFileSync(join('src', file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^export (?:declare )?(?:interface|type|enum|class) (\w+)/gm)) {
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  t.ok(files.size > 100, 'the types are found');
  t.same(
    [...files].filter(([, where]) => where.length > 1),
    [],
  );
});
