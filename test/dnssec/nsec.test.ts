/** The chain of NSEC records. */
import t from 'tap';
import { chainOf, typeBitmap } from '../../src/dnssec/nsec.js';

t.test('RFC 4034 §4.3: the octets of its example', async (t) => {
  const chain = chainOf(
    'example.com',
    new Map([
      ['example.com', [6]],
      ['host.example.com', [1]],
      ['alfa.example.com', [15, 1, 1234]],
    ]),
  );
  t.equal(
    Buffer.from(chain.dataOf('alfa.example.com')).toString('hex'),
    `04686f7374076578616d706c6503636f6d000006400100000003041b${'00'.repeat(26)}20`,
  );
});

t.test('bitmaps: windows that have something, as short as they can be', async (t) => {
  const hex = (types: readonly number[]): string => Buffer.from(typeBitmap(types)).toString('hex');
  t.equal(hex([]), '');
  t.equal(hex([0]), '000180');
  t.equal(hex([255]), `0020${'00'.repeat(31)}01`);
  t.equal(hex([257, 1, 1, 65_535]), `00014001014${'0'}ff20${'00'.repeat(31)}01`);
});

t.test('it is closed, and says whose NSEC is about a name that is not there', async (t) => {
  const names = [
    'example.org',
    'z.example.org',
    'a.b.example.org',
    '*.z.example.org',
    'c.example.org',
    'x.c.example.org',
  ];
  const chain = chainOf('example.org', new Map(names.map((name) => [name, [1]])));
  t.same(chain.names, [
    'example.org',
    'a.b.example.org',
    'c.example.org',
    'x.c.example.org',
    'z.example.org',
    '*.z.example.org',
  ]);
  const next = (name: string): string => {
    const octets = Buffer.from(chain.dataOf(name));
    const labels: string[] = [];
    for (let at = 0; (octets[at] ?? 0) > 0; at += 1 + (octets[at] ?? 0))
      labels.push(octets.subarray(at + 1, at + 1 + (octets[at] ?? 0)).toString());
    return labels.join('.');
  };
  t.same(chain.names.map(next), [...chain.names.slice(1), 'example.org']);
  t.equal(chain.before('b.example.org'), 'example.org', 'an empty name is in a gap');
  t.equal(chain.before('c.example.org'), 'a.b.example.org');
  t.equal(chain.before('d.example.org'), 'x.c.example.org');
  t.equal(chain.before('zz.example.org'), '*.z.example.org');
  t.equal(chain.behind('example.org'), '*.z.example.org');
  t.equal(chain.behind('b.example.org'), 'a.b.example.org');
  t.equal(chain.behind('c.example.org'), 'x.c.example.org');
  t.equal(chain.behind('z.example.org'), '*.z.example.org');
});
