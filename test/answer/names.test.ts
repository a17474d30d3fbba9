/** Finding names in the table: long ones, many, and those that look alike to it. */
import t from 'tap';
import { encodeName, hashName } from '../../src/wire/names.js';
import { asker, makeTable } from '../compile/make-table.js';
import { EXAMPLE, PLACES } from './zones.js';

const ask = asker(makeTable([EXAMPLE], { locations: PLACES }).table);

t.test('the longest names, where labels start behind what an octet can count', async (t) => {
  const fill = (octets: number): string => {
    const labels: string[] = [];
    for (let left = octets; left > 0; ) {
      const size = Math.min(63, left - 1);
      labels.push('x'.repeat(size));
      left -= size + 1;
    }
    return labels.join('.');
  };
  // 16 octets are the zone's own.
  for (const octets of [100, 200, 225, 230, 235, 237, 239]) {
    const name = `${fill(octets)}.dl.example.org`;
    t.equal(ask({ name }).rcode, 3, `${octets + 16} octets`);
    t.equal(ask({ name: `${fill(octets)}.dl.example.net` }).rcode, 5);
  }
  const wild = `${fill(234)}.wild.dl.example.org`;
  t.same(ask({ name: wild, type: 'TXT' }, { tcp: true }).answers, [`${wild} 5 IN TXT "any"`]);
  const many = `${'y.'.repeat(119)}dl.example.org`;
  t.equal(ask({ name: many }).rcode, 3);
});

t.test('many names: each is found, and none that is not there', async (t) => {
  const owners = Array.from({ length: 1000 }, (_, i) => `host-${i}.rack${i % 40}`);
  const records = owners.map((owner) => `  ${owner}: { TXT: ["${owner}"] }`).join('\n');
  const large = asker(
    makeTable([
      `zone: example.org\nns: [ns.example.net]\npools: { p: {} }\nmirrors: { m: { addresses: [192.0.2.1] } }\nrecords:\n${records}\n`,
    ]).table,
  );
  for (const owner of owners) {
    const name = `${owner.toUpperCase()}.example.org`;
    const [line] = large({ name, type: 'TXT' }).answers;
    if (line !== `${name} 3600 IN TXT "${owner}"`) t.fail(`${name}: ${line}`);
    const { rcode } = large({ name: `x${owner}.example.org`, type: 'TXT' });
    if (rcode !== 3) t.fail(`x${owner}: ${rcode}`);
  }
  t.pass();
});

t.test('two names with the same hash are two names', async (t) => {
  const [one, two] = ['h6ju0', 'h8fwx'].map((label) => `${label}.example.org`);
  if (one === undefined || two === undefined) throw new Error('no names');
  t.equal(hashName(encodeName(one)), hashName(encodeName(two)));
  const zone = (label: string): string =>
    `zone: example.org\nns: [ns.example.net]\npools: { p: {} }\nmirrors: { m: { addresses: [192.0.2.1] } }\nrecords: { ${label}: { TXT: [x] } }\n`;
  for (const [there, missing] of [
    [one, two],
    [two, one],
  ] as const) {
    const colliding = asker(makeTable([zone(there.slice(0, 5))]).table);
    t.equal(colliding({ name: there, type: 'TXT' }).answers.length, 1);
    t.equal(colliding({ name: missing, type: 'TXT' }).rcode, 3);
    t.equal(colliding({ name: `x.${missing}`, type: 'TXT' }).rcode, 3);
  }
});
