import fc from 'fast-check';
import t from 'tap';
import { childIn, readVscf, textIn, textsOf, type Vscf } from '../../src/import/vscf.js';

const read = (text: string, files: Readonly<Record<string, string>> = {}) =>
  readVscf({ file: 'c', text }, (name) => {
    const found = files[name];
    return found === undefined ? undefined : { file: name, text: found };
  });

function plain(value: Vscf): unknown {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'list') return value.items.map(plain);
  return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]));
}

t.test('hashes, lists and texts, with either sign and commas or none', async (t) => {
  const { root } = read('a => { b = [x, "y z" 2001:db8::1], "c d" => %p!q }, e = 1\nf => {}');
  t.same(plain(root), { a: { b: ['x', 'y z', '2001:db8::1'], 'c d': '%p!q' }, e: '1', f: {} });
  t.same(plain(read('{ a => "b\\"" }').root), { a: 'b"' });
  t.same(plain(read('').root), {});
});

t.test('includes stand for a value or for entries', async (t) => {
  const { root, missing } = read('a => $include{x}\nb => { c => 1, $include{y}\n $include{none} }', {
    x: '[1]',
    y: 'd => 2',
  });
  t.same(plain(root), { a: ['1'], b: { c: '1', d: '2' } });
  t.same(missing, [{ file: 'c', line: 3, name: 'none' }]);
  t.throws(() => read('$include{x}', { x: '$include{x}' }), {
    message: /^x:1:1: these files include one another/,
  });
});

t.test('comments go with what they stand above or beside', async (t) => {
  const { root } = read('# one\na => 1, # two\nb => { # three\n  ; four\n  c => [ # five\n 1 ] # six\n}\n');
  const entries = root.kind === 'hash' ? root.entries : [];
  t.match(entries[0], { key: 'a', above: ['one'], beside: 'two', line: 2 });
  t.match(entries[1], { key: 'b', above: [], beside: 'three' });
  const inner = entries[1]?.value;
  t.match(inner?.kind === 'hash' && inner.entries[0], { key: 'c', above: ['four'], beside: 'five; six' });
});

t.test('what has another form is refused with its place', async (t) => {
  t.throws(() => read('a => {\nb => 1'), { message: /^c:\d:1: a "\{" is not closed in this file/ });
  t.throws(() => read('a => [\n1'), { message: /^c:\d:1: a "\[" is not closed in this file/ });
  t.throws(() => read('\na b'), { message: 'c:2:1: expected "=>" and a value behind "a"' });
  t.throws(() => read('a = }'), { message: 'c:1:1: "}" stands where a name or a value should be' });
  t.throws(() => read('a = "b'), { message: 'c:1:1: a quote is not closed in this file' });
  t.throws(() => read(`a = ${'['.repeat(50)}`), { message: /nested deeper than 40 levels/ });
  t.throws(() => read('{ } a = 1'), { message: /there is more behind the end/ });
});

t.test('any text is read or refused', async () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a={}[],"#;\\\n >$'), maxLength: 40 }), (text) => {
      try {
        return read(text).missing.length >= 0;
      } catch (error) {
        return error instanceof Error && error.message.startsWith('c:');
      }
    }),
    { numRuns: 2000 },
  );
});

t.test('values by key', async (t) => {
  const { root } = read('a => 1, a => 2, l => [x, y], m => [[x]]');
  t.equal(textIn(root, 'a'), '2', 'the last counts');
  t.same(textsOf(childIn(root, 'l')), ['x', 'y']);
  t.same(textsOf(childIn(root, 'a')), ['2']);
  t.equal(textsOf(childIn(root, 'm')), undefined);
  t.equal(textIn(root, 'l'), undefined);
  t.equal(childIn(undefined, 'a'), undefined);
});
