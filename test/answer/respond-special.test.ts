/**
 * Special-purpose client subnets (RFC 7871 §10): they say nothing of where a client is, so its resolver's address counts,
 * for the whole block; unless a mirror names a network in there.
 */
import t from 'tap';
import { asker, makeTable } from '../compile/make-table.js';
import { addressesOf, rawSubnet, subnet } from '../dns-message.js';
import { AMERICAN, EXAMPLE, GERMAN, PLACES } from './zones.js';

const GERMANS = ['192.0.2.10', '192.0.2.20'];
const AMERICANS = ['198.51.100.10', '198.51.100.20'];
/** As the registries' data have it: private and documentation networks in one country or another. */
const PLACES_AND_MORE = {
  ...PLACES,
  ...Object.fromEntries(
    ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '198.51.100.0/24', '2001:db8::/32', 'fc00::/7'].map(
      (block) => [block, { country_code: 'BR', latitude: -23.5, longitude: -46.6 }],
    ),
  ),
};
const ask = asker(makeTable([EXAMPLE], { locations: PLACES_AND_MORE }).table);

interface Got {
  readonly addresses: readonly string[];
  readonly scope: number;
}

function asked(by: typeof ask, sent: string, from: string, name = 'dl.example.org'): Got {
  const reply = by({ name, edns: { options: [subnet(sent)] } }, { from });
  return { addresses: addressesOf(reply).sort(), scope: Number(reply.edns?.subnet?.split('/')[2]) };
}

const BLOCKS: readonly (readonly [block: string, inside: readonly string[]])[] = [
  ['0.0.0.0/8', ['0.0.0.0/8', '0.0.0.0/32']],
  ['10.0.0.0/8', ['10.1.2.0/24', '10.255.255.255/32', '10.0.0.0/8', '10.0.0.0/7']],
  ['100.64.0.0/10', ['100.64.0.0/24', '100.127.255.0/24']],
  ['127.0.0.0/8', ['127.0.0.1/32']],
  ['169.254.0.0/16', ['169.254.1.0/24']],
  ['172.16.0.0/12', ['172.16.0.0/24', '172.31.255.0/24']],
  ['192.0.0.0/24', ['192.0.0.0/24', '192.0.0.9/32']],
  ['192.0.2.0/24', ['192.0.2.128/25']],
  ['192.168.0.0/16', ['192.168.1.0/24']],
  ['198.18.0.0/15', ['198.19.255.0/24']],
  ['198.51.100.0/24', ['198.51.100.0/24']],
  ['203.0.113.0/24', ['203.0.113.7/32']],
  ['2001::/23', ['2001:0:4136:e300::/56', '2001:2::/48']],
  ['2001:db8::/32', ['2001:db8:f::/48']],
  ['3fff::/20', ['3fff:abc::/48']],
  ['fc00::/7', ['fd12:3456:789a::/48', 'fc00::/7']],
  // Beside fec0::/10, which is one too.
  ['fe80::/9', ['fe80::/64', 'fec0:1::/48']],
];

t.test('the resolver is located instead, and the scope is the block', async (t) => {
  for (const [block, inside] of BLOCKS) {
    const scope = Number(block.split('/')[1]);
    for (const sent of inside) {
      t.same(asked(ask, sent, GERMAN), { addresses: GERMANS, scope }, `${sent} from Germany`);
      t.same(asked(ask, sent, AMERICAN), { addresses: AMERICANS, scope }, `${sent} from the United States`);
      t.same(asked(ask, sent, '2600:1::1'), { addresses: AMERICANS, scope }, `${sent} over IPv6`);
    }
  }
});

t.test('the same in IPv4 inside IPv6, counted in bits of IPv6', async (t) => {
  t.same(asked(ask, '::ffff:10.1.2.0/120', AMERICAN), { addresses: AMERICANS, scope: 96 + 8 });
  t.same(asked(ask, '2002:a01:200::/40', GERMAN), { addresses: GERMANS, scope: 16 + 8 });
});

t.test('what lies beside a block is somewhere', async (t) => {
  const world = { '0.0.0.0/0': PLACES['5.0.0.0/8'], '::/0': PLACES['5.0.0.0/8'] };
  const everywhere = asker(makeTable([EXAMPLE], { locations: world }).table);
  for (const sent of ['9.255.255.0/24', '11.0.0.0/24', '172.15.0.0/16', '172.32.0.0/16', '2001:200::/32']) {
    t.same(asked(everywhere, sent, '127.0.0.1').addresses, GERMANS, sent);
  }
});

t.test('a resolver at such an address is nowhere, whatever a database has for it', async (t) => {
  const seen = new Set<string>();
  for (let i = 0; i < 200; i++) {
    for (const from of ['10.1.2.3', '192.168.1.1', 'fd00::1']) {
      for (const address of addressesOf(ask({ name: 'dl.example.org' }, { from }))) seen.add(address);
      for (const address of asked(ask, '10.9.8.0/24', from).addresses) seen.add(address);
    }
  }
  t.same([...seen].sort(), [...GERMANS, ...AMERICANS, '198.51.100.30'], 'all that admit anybody');
});

const OFFICE = EXAMPLE.replace('homely:', 'office:').replaceAll('[homely]', '[office, cascade]');

t.test(
  'a network that a mirror names in a private block is taken literally, and nothing else of the block',
  async (t) => {
    for (const rule of ['networks', 'only_networks']) {
      const zone = OFFICE.replace('only_countries: [CH]', `${rule}: [10.9.0.0/16, "fd00:9::/32"]`);
      const office = asker(makeTable([zone], { locations: PLACES_AND_MORE }).table);
      const at = (sent: string) => asked(office, sent, AMERICAN, 'swiss.dl.example.org');
      t.ok(at('10.9.8.0/24').addresses.includes('203.0.113.1'), rule);
      t.equal(at('10.9.8.0/24').scope, 16);
      t.ok(at('fd00:9:8::/48').addresses.includes('203.0.113.1'), rule);
      t.equal(at('fd00:9:8::/48').scope, 32);
      const others: [sent: string, scope: number][] = [
        ['10.8.8.0/24', 16],
        ['10.10.8.0/24', 15],
        ['10.200.0.0/24', 9],
        ['192.168.0.0/24', 16],
        ['fd80::/48', 9],
      ];
      const american = at('12.1.2.0/24').addresses;
      for (const [sent, scope] of others) {
        t.same(at(sent), { addresses: american, scope }, `${rule}: ${sent} is for the resolver`);
      }
    }
  },
);

t.test('a network around a private block, or all of it', async (t) => {
  for (const network of ['10.0.0.0/8', '8.0.0.0/5']) {
    const zone = OFFICE.replace('only_countries: [CH]', `networks: [${network}]`);
    const office = asker(makeTable([zone], { locations: PLACES_AND_MORE }).table);
    const scope = Number(network.split('/')[1]);
    const wanted = { addresses: ['203.0.113.1'], scope };
    t.same(asked(office, '10.9.8.0/24', AMERICAN, 'swiss.dl.example.org'), wanted, network);
  }
});

t.test('where it makes no difference who asks, the scope is 0', async (t) => {
  t.equal(asked(ask, '10.1.2.0/24', GERMAN, 'four.dl.example.org').scope, 0);
  t.equal(asked(ask, '192.168.0.0/16', GERMAN, 'only4.dl.example.org').scope, 0);
});

t.test('a source prefix of 0 is no private subnet', async (t) => {
  const reply = ask(
    { name: 'dl.example.org', edns: { options: [rawSubnet(1, 0, 0, [])] } },
    { from: GERMAN },
  );
  t.same(addressesOf(reply).sort(), GERMANS);
  t.equal(reply.edns?.subnet, '0.0.0.0/0/0');
});
