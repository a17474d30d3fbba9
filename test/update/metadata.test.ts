import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import t from 'tap';
import { parseMetadata, readMetadata } from '../../src/update/metadata.js';

const EDITION = 'GeoLite2-City';
const good = { edition_id: EDITION, md5: '618dd27a10de24809ec160d6807f363f', date: '2026-01-06' };
const text = (...databases: unknown[]): string => JSON.stringify({ databases });

t.test('hash and date', async (t) => {
  t.same(parseMetadata(text(good), EDITION), { md5: good.md5, date: good.date });
  t.equal(
    parseMetadata(text({ ...good, md5: good.md5.toUpperCase() }), EDITION).md5,
    good.md5,
    'in lower case',
  );
  t.same(parseMetadata(text({ ...good, more: 1 }), EDITION), { md5: good.md5, date: good.date });
});

t.test('anything else is an error', async (t) => {
  const cases: [string, string, RegExp][] = [
    ['two databases', text(good, good), /names 2 databases/],
    ['none', text(), /names 0 databases/],
    ['another edition', text({ ...good, edition_id: 'GeoLite2-ASN' }), /about another edition/],
    ['no list', '{}', /malformed/],
    ['null', 'null', /malformed/],
    ['no JSON', '<html>', /not JSON/],
    ['empty', '', /not JSON/],
    ['a short hash', text({ ...good, md5: 'abc' }), /no usable md5/],
    ['a hash that is none', text({ ...good, md5: 'g'.repeat(32) }), /no usable md5/],
    ['a hash with a tail', text({ ...good, md5: `${good.md5}\n` }), /no usable md5/],
    ['no date', text({ ...good, date: undefined }), /no usable date/],
    ['a date that would change the URL', text({ ...good, date: '2026-01-06&x=y' }), /no usable date/],
    ['a day that is none', text({ ...good, date: '2026-02-30' }), /no usable date/],
    ['a number as edition', text({ ...good, edition_id: 5 }), /no usable edition_id/],
  ];
  for (const [name, body, message] of cases) {
    t.throws(() => parseMetadata(body, EDITION), { code: 'UPDATE_FAILED', kind: 'final', message }, name);
  }
});

t.test('what the server sent is not repeated', async (t) => {
  for (const body of [
    'echo-of-key',
    text({ ...good, md5: 'echo-of-key' }),
    text({ ...good, edition_id: 'echo-of-key' }),
  ]) {
    try {
      parseMetadata(body, EDITION);
      t.fail('it passed');
    } catch (error) {
      t.notMatch(inspect(error), 'echo-of-key');
    }
  }
});

t.test('a body comes in pieces, and not without end', async (t) => {
  const pieces = [...Buffer.from(text(good))].map((byte) => Buffer.from([byte]));
  let touched = 0;
  const touch = (): void => {
    touched++;
  };
  t.match(await readMetadata(Readable.from(pieces), EDITION, touch), { md5: good.md5 });
  t.equal(touched, pieces.length);
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1024, 32);
    })(),
  );
  await t.rejects(readMetadata(endless, EDITION, touch), { kind: 'final', message: /longer than/ });
});
