/** Wildcards: the example of RFC 4592 §2.2.1, and what exists beside and below them. */
import t from 'tap';
import type { Zone } from '../../src/zone/model.js';
import { asker, makeTable } from '../compile/make-table.js';
import type { TypeName } from '../dns-message.js';
import { soundZone } from '../zone/zone-text.js';

const RFC_4592 = `
zone: example
ns: [ns.example.com, ns.example.net]
pools: { pool: {} }
mirrors: { m: { addresses: [192.0.2.9] } }
records:
  "*": { TXT: ["this is a wildcard"], MX: ["10 host1.example"] }
  "subx": { TXT: ["this is not a wildcard"] }
  host1: { A: [192.0.2.1] }
  _ssh._tcp.host1: { SRV: ["0 0 22 host1.example"] }
  _ssh._tcp.host2: { SRV: ["0 0 22 host2.example"] }
`;

/** The RFC's zone; `sub.*.example`, which no file can have, takes the place of `subx`. Delegations are not served. */
function rfcZone(): Zone {
  const zone = soundZone(RFC_4592);
  const records = zone.records.map((rrset) =>
    rrset.owner === 'subx.example' ? { ...rrset, owner: 'sub.*.example' } : rrset,
  );
  return { ...zone, records };
}

t.test('RFC 4592 §2.2.1', async (t) => {
  const ask = asker(makeTable([rfcZone()]).table);
  const table: [name: string, type: TypeName, rcode: number, answers: string[]][] = [
    // "The following responses would be synthesized from one of the wildcards in the zone."
    ['host3.example', 'MX', 0, ['host3.example 3600 IN MX 10 host1.example']],
    ['host3.example', 'A', 0, []],
    ['foo.bar.example', 'TXT', 0, ['foo.bar.example 3600 IN TXT "this is a wildcard"']],
    // "The following responses would not be synthesized from any of the wildcards in the zone."
    ['host1.example', 'MX', 0, []],
    ['sub.*.example', 'MX', 0, []],
    ['_telnet._tcp.host1.example', 'SRV', 3, []],
    ['ghost.*.example', 'MX', 3, []],
    // And what else there is.
    ['*.example', 'TXT', 0, ['*.example 3600 IN TXT "this is a wildcard"']],
    ['sub.*.example', 'TXT', 0, ['sub.*.example 3600 IN TXT "this is not a wildcard"']],
    ['_ssh._tcp.host1.example', 'SRV', 0, ['_ssh._tcp.host1.example 3600 IN SRV 0 0 22 host1.example']],
    ['host2.example', 'TXT', 0, []],
    ['_tcp.host2.example', 'TXT', 0, []],
    ['x.host2.example', 'TXT', 3, []],
    ['x.pool.example', 'TXT', 3, []],
  ];
  for (const [name, type, rcode, answers] of table) {
    const reply = ask({ name, type });
    t.same([reply.rcode, reply.answers], [rcode, answers], `${name} ${type}`);
    t.equal(reply.authorities.length, answers.length === 0 ? 1 : 0);
    if (answers.length === 0) t.match(reply.authorities[0], /^example 60 IN SOA /);
  }
});

const ZONE = `
zone: example.org
ns: [ns.example.com]
pools: { p: {} }
mirrors: { m: { addresses: [192.0.2.9] } }
records:
  "*.wild": { TXT: ["any"], ttl: 5 }
  there.wild: { A: [192.0.2.1] }
  a.b.wild: { A: [192.0.2.2] }
  "*.deep.wild": { TXT: ["deeper"] }
  to.wild2: { CNAME: any.wild.example.org }
  "*.pooled": { CNAME: p.example.org }
`;

t.test('wildcards below the apex', async (t) => {
  const ask = asker(makeTable([ZONE]).table);
  const table: [name: string, type: TypeName, rcode: number, answers: string[]][] = [
    ['x.wild.example.org', 'TXT', 0, ['x.wild.example.org 5 IN TXT "any"']],
    ['X.y.z.Wild.example.org', 'TXT', 0, ['X.y.z.Wild.example.org 5 IN TXT "any"']],
    ['x.wild.example.org', 'AAAA', 0, []],
    ['wild.example.org', 'TXT', 0, []],
    ['there.wild.example.org', 'TXT', 0, []],
    ['x.there.wild.example.org', 'TXT', 3, []],
    ['b.wild.example.org', 'TXT', 0, []],
    ['x.b.wild.example.org', 'TXT', 3, []],
    ['deep.wild.example.org', 'TXT', 0, []],
    ['x.deep.wild.example.org', 'TXT', 0, ['x.deep.wild.example.org 3600 IN TXT "deeper"']],
    ['*.wild.example.org', 'TXT', 0, ['*.wild.example.org 5 IN TXT "any"']],
    ['*.x.wild.example.org', 'TXT', 0, ['*.x.wild.example.org 5 IN TXT "any"']],
    ['x.*.wild.example.org', 'TXT', 3, []],
    [
      'to.wild2.example.org',
      'TXT',
      0,
      ['to.wild2.example.org 3600 IN CNAME any.wild.example.org', 'any.wild.example.org 5 IN TXT "any"'],
    ],
    [
      'x.pooled.example.org',
      'A',
      0,
      ['x.pooled.example.org 3600 IN CNAME p.example.org', 'p.example.org 60 IN A 192.0.2.9'],
    ],
    ['x.pooled.example.org', 'CNAME', 0, ['x.pooled.example.org 3600 IN CNAME p.example.org']],
  ];
  for (const [name, type, rcode, answers] of table) {
    const reply = ask({ name, type });
    t.same([reply.rcode, reply.answers], [rcode, answers], `${name} ${type}`);
  }
});
