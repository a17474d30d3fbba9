/**
 * Two thousand random zones with all that bears on an answer: rules, orders, backups, refusals, factors, caps, verdicts and
 * panic. What each says is held against a reading of the rules that knows nothing of bands, rows and maps.
 */
import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { contains, parsePrefix } from '../../src/ip/prefix.js';
import { below, type Random, seededRandom } from '../../src/platform/random.js';
import type { AddressState } from '../../src/select/health-view.js';
import { addressesOf, type Reply } from '../dns-message.js';
import { asker, makeTable } from './make-table.js';

const ZONES = 2000;
/** Answers of each pool to each client: a block of points of the draw. */
const ANSWERS = 64;
const NAME = 'get.dl.example.org';

const PLACES: Readonly<Record<string, readonly [country: string, latitude: number, longitude: number]>> = {
  '5.0.0.0/8': ['DE', 52, 13],
  '6.0.0.0/8': ['FR', 48, 2],
  '7.0.0.0/8': ['US', 41, -87],
};
const ASNS = { '5.1.0.0/16': 1, '6.1.0.0/16': 2 };
const NETWORKS = ['5.2.0.0/16', '6.2.0.0/16', '7.2.0.0/16'];
/** In each country: in an AS, in a network, in none; and where nobody knows. */
const CLIENTS = ['5.1.0.1', '5.2.0.1', '5.9.0.1', '6.1.0.1', '6.2.0.1', '7.2.0.1', '7.9.0.1', '9.9.9.9'];

interface Client {
  readonly text: string;
  readonly country: string | undefined;
  readonly asn: number | undefined;
  readonly networks: readonly string[];
}

const isIn = (address: string, prefix: string): boolean => {
  const [network, one] = [parsePrefix(prefix), parseAddress(address)];
  if ('fault' in network || one === null) throw new Error(`${prefix} or ${address} is wrong`);
  return contains(network, one);
};
const clients = CLIENTS.map(
  (text): Client => ({
    text,
    country: Object.entries(PLACES).find(([prefix]) => isIn(text, prefix))?.[1][0],
    asn: Object.entries(ASNS).find(([prefix]) => isIn(text, prefix))?.[1],
    networks: NETWORKS.filter((network) => isIn(text, network)),
  }),
);

/** Lists of clients, as rules and refusals have them. */
interface Lists {
  countries?: readonly string[];
  asn?: readonly number[];
  networks?: readonly string[];
}
type Rules = { [key in `${'only' | 'except'}_${keyof Lists}`]?: readonly (string | number)[] };

interface MirrorSpec extends Rules {
  readonly address: string;
  readonly weight: number;
  readonly backup: boolean;
  readonly location: object;
  readonly asn?: readonly number[];
  readonly networks?: readonly string[];
}

/** All that is made up of a zone. */
interface Spec {
  readonly pool: { answers: number; max_share: number; panic: string; others?: string } & Rules;
  readonly refuse: (Lists & { readonly rcode: string }) | undefined;
  readonly mirrors: Readonly<Record<string, MirrorSpec>>;
  /** By mirror, where not all are listed for everybody. */
  readonly order: readonly string[] | undefined;
  readonly state: Readonly<Record<string, AddressState>>;
  readonly factors: Readonly<Record<string, number>>;
}

function makeUp(random: Random): Spec {
  const pick = <T>(...items: readonly T[]): T => {
    const item = items[below(random, items.length)];
    if (item === undefined) throw new Error('there are items');
    return item;
  };
  const some = <T>(items: readonly T[]): T[] => {
    const chosen = items.filter(() => below(random, 3) === 0);
    return chosen.length > 0 ? chosen : [pick(...items)];
  };
  const kinds = { countries: ['DE', 'FR', 'US'], asn: [1, 2], networks: NETWORKS };
  const rules = (): Rules => {
    if (below(random, 3) > 0) return {};
    const kind = pick(...(['countries', 'asn', 'networks'] as const));
    return { [`${pick('only', 'except', 'except')}_${kind}`]: some<string | number>(kinds[kind]) };
  };
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].slice(0, 1 + below(random, 8));
  const places = Object.values(PLACES);
  const mirrors = names.map((name, i): [string, MirrorSpec] => {
    const [country, latitude, longitude] = pick(...places);
    const backup = below(random, 4) === 0;
    const first = backup
      ? {}
      : pick<object>({}, {}, {}, { asn: some(kinds.asn) }, { networks: some(NETWORKS) });
    const location = pick<object>({ country, latitude, longitude }, { country });
    return [
      name,
      { address: `192.0.2.${i + 1}`, weight: pick(1, 1, 5, 100), backup, location, ...first, ...rules() },
    ];
  });
  const addresses = mirrors.map(([, { address }]) => address);
  const usual = pick<readonly AddressState[]>(
    ['up'],
    ['up', 'up', 'down', 'off', 'new'],
    ['down', 'down', 'new', 'off'],
  );
  return {
    pool: {
      answers: 1 + below(random, 4),
      max_share: pick(1, 0.5, 0.25, 0.1),
      panic: pick('answer', 'answer', 'backup', 'servfail'),
      ...rules(),
    },
    refuse:
      below(random, 3) === 0
        ? {
            rcode: pick('refused', 'nxdomain', 'nodata'),
            ...pick(
              { countries: some(kinds.countries) },
              { asn: some(kinds.asn) },
              { networks: some(NETWORKS) },
            ),
          }
        : undefined,
    mirrors: Object.fromEntries(mirrors),
    order: below(random, 3) === 0 ? some(names) : undefined,
    state: Object.fromEntries(addresses.map((address) => [address, pick(...usual)])),
    factors:
      below(random, 3) === 0
        ? Object.fromEntries(addresses.map((address) => [address, pick(1, 0.5, 0.1)]))
        : {},
  };
}

/** The zone file: JSON is YAML. */
function zoneOf({ pool, refuse, mirrors, order }: Spec, others: string): string {
  return JSON.stringify({
    zone: 'dl.example.org',
    ns: ['ns.example.net'],
    ...(order !== undefined && { orders: { own: { default: order } } }),
    pools: {
      get: {
        ...pool,
        ...(refuse !== undefined && { refuse }),
        ...(order !== undefined && { order: 'own', others }),
        probe: { type: 'none' },
      },
    },
    mirrors: Object.fromEntries(
      Object.entries(mirrors).map(([name, { address, ...mirror }]) => [
        name,
        { ...mirror, addresses: [address] },
      ]),
    ),
  });
}

const has = (
  list: readonly (string | number)[],
  what: keyof Lists,
  { country, asn, networks }: Client,
): boolean =>
  what === 'countries'
    ? country !== undefined && list.includes(country)
    : what === 'asn'
      ? asn !== undefined && list.includes(asn)
      : networks.some((network) => list.includes(network));

const WHATS = ['countries', 'asn', 'networks'] as const;

function admits(rules: Rules, client: Client): boolean {
  return WHATS.every((what) => {
    const [only, except] = [rules[`only_${what}`], rules[`except_${what}`]];
    return (
      (only === undefined || has(only, what, client)) && (except === undefined || !has(except, what, client))
    );
  });
}

/** What a client may get, by the rules alone. */
function expected({ pool, refuse, mirrors, order, state }: Spec, others: string, client: Client) {
  if (refuse !== undefined && WHATS.some((what) => has(refuse[what] ?? [], what, client))) {
    return {
      rcode: { refused: 5, nxdomain: 3, nodata: 0 }[refuse.rcode] ?? -1,
      allowed: new Set<string>(),
      least: 0,
    };
  }
  const eligible = Object.entries(mirrors)
    .filter(([name, mirror]) => {
      const isOwn = (mirror.networks ?? []).some((network) => client.networks.includes(network));
      const isListed = order === undefined || others === 'nearest' || isOwn || order.includes(name);
      return isListed && admits(pool, client) && admits(mirror, client);
    })
    .map(([, mirror]) => mirror);
  const standing = (how: AddressState, some = eligible) =>
    some.filter(({ address }) => state[address] === how);
  const own = (some: readonly MirrorSpec[]) =>
    some.filter(({ networks = [] }) => networks.some((network) => client.networks.includes(network)));
  const backups = eligible.filter(({ backup }) => backup);
  const doubted = [standing('down'), standing('new')];
  const alone = pool.panic === 'backup' ? [standing('down', backups), standing('new', backups)] : [];
  const first = [standing('up'), ...alone, ...doubted].find((some) => some.length > 0) ?? [];
  if (pool.panic === 'servfail' && first.length > 0 && standing('up').length === 0)
    return { rcode: 2, allowed: new Set<string>(), least: 0 };
  const exclusive = own(first);
  const plain = first.filter(({ backup }) => !backup);
  const used = exclusive.length > 0 ? exclusive : plain.length >= pool.answers ? plain : first;
  return {
    rcode: 0,
    allowed: new Set(used.map(({ address }) => address)),
    least: Math.min(pool.answers, used.length),
    // An exclusive band has no cap.
    cap:
      exclusive.length > 0
        ? 1
        : Math.min(
            1,
            Math.max(
              Math.min(pool.answers, used.length) * pool.max_share,
              Math.min(pool.answers, used.length) / used.length,
            ),
          ),
    mustBe:
      used.length <= pool.answers
        ? used.map(({ address }) => address)
        : plain.length < pool.answers && exclusive.length === 0
          ? plain.map(({ address }) => address)
          : [],
  };
}

/** Three of them. */
function takeSome(all: readonly Client[], random: Random): readonly Client[] {
  const from = below(random, all.length);
  return [0, 1, 2].flatMap((i) => all[(from + i * 3) % all.length] ?? []);
}

t.test(`${ZONES} zones`, async (t) => {
  const seen = { answers: 0, refused: 0, failed: 0, empty: 0, backups: 0, raised: 0, lowered: 0 };
  const locations = Object.fromEntries(
    Object.entries(PLACES).map(([prefix, [country_code, latitude, longitude]]) => [
      prefix,
      { country_code, latitude, longitude },
    ]),
  );
  for (let number = 0; number < ZONES; number++) {
    const random = seededRandom(number + 1);
    const spec = makeUp(random);
    const others = below(random, 2) === 0 ? 'nearest' : 'never';
    const { state, factors } = spec;
    const made = makeTable([zoneOf(spec, others)], { locations, asns: ASNS, state, factors });
    const ask = asker(made.table, number + 1);
    for (const client of takeSome(clients, random)) {
      const said = `zone ${number}, ${client.text}`;
      const should = expected(spec, others, client);
      const explained = made.explain(NAME, 'ipv4', client.text);
      const counts = new Map<string, number>();
      let last: Reply | undefined;
      const times = should.least === 0 ? 1 : ANSWERS;
      for (let i = 0; i < times; i++) {
        const reply = ask({ name: NAME }, { from: client.text });
        const addresses = addressesOf(reply);
        if (addresses.length !== should.least) t.fail(`${said}: ${addresses} are not ${should.least}`);
        if (new Set(addresses).size !== addresses.length) t.fail(`${said}: ${addresses} has one twice`);
        for (const address of addresses) counts.set(address, (counts.get(address) ?? 0) + 1);
        last = reply;
      }
      if (last?.rcode !== should.rcode) t.fail(`${said}: rcode ${last?.rcode} is not ${should.rcode}`);
      if (explained.answers !== should.least) t.fail(`${said}: ${explained.answers} answers are explained`);
      const instead =
        explained.instead === 'NODATA'
          ? 0
          : ['', '', 'SERVFAIL', 'NXDOMAIN', '', 'REFUSED'].indexOf(explained.instead ?? '');
      if (instead !== last?.rcode) t.fail(`${said}: ${explained.instead} is explained`);
      for (const address of counts.keys()) {
        if (!should.allowed.has(address)) t.fail(`${said}: ${address} is answered and may not be`);
      }
      for (const { address, probability, note } of explained.candidates) {
        const count = counts.get(address) ?? 0;
        // So many points of the walk are off by a few at most.
        if (Math.abs(count - probability * ANSWERS) > 6)
          t.fail(`${said}: ${address} ${count} times, not ${probability}`);
        if (probability > (should.cap ?? 1) + 1e-6)
          t.fail(`${said}: ${address} has ${probability}, the cap is ${should.cap}`);
        if (probability > 0 && note?.startsWith('backup:')) seen.backups++;
        if (probability > 0 && (factors[address] ?? 1) < 1) seen.lowered++;
      }
      const known = new Set(
        explained.candidates.filter(({ probability }) => probability > 0).map(({ address }) => address),
      );
      for (const address of counts.keys())
        if (!known.has(address)) t.fail(`${said}: ${address} is not explained`);
      for (const address of should.mustBe ?? []) {
        if ((factors[address] ?? 1) === 1 && spec.pool.max_share === 1 && counts.get(address) !== ANSWERS)
          t.fail(`${said}: ${address} is left out`);
      }
      if (Math.abs(explained.cap - (should.cap ?? 0)) > 1e-9 && should.least > 0)
        t.fail(`${said}: the cap ${explained.cap} is not ${should.cap}`);
      if (explained.instead === 'SERVFAIL') seen.failed++;
      else if (explained.instead !== undefined) seen.refused++;
      else if (should.least === 0) seen.empty++;
      else seen.answers++;
      if (explained.cap_raised) seen.raised++;
    }
  }
  for (const [what, often] of Object.entries(seen)) t.ok(often > ZONES / 10, `${often} ${what}`);
});
