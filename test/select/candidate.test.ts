/** Which mirrors a client may see, and what is said where it may not. */
import t from 'tap';
import { admits, type Candidate, type Client, whyNot } from '../../src/select/candidate.js';

const open: Candidate = { weight: 1, asn: [], networks: [] };
const nowhere: Client = { networks: [] };
const german: Client = { country: 'DE', networks: [3, 7] };
const telekom: Client = { ...german, asn: 64_500 };

const table: [string, Partial<Candidate>, Client, string | undefined][] = [
  ['no rule', {}, nowhere, undefined],
  ['only_countries with it', { onlyCountries: ['DE', 'AT'] }, german, undefined],
  [
    'only_countries without it',
    { onlyCountries: ['CH', 'AT'] },
    german,
    'only_countries: CH, AT; the client is in DE',
  ],
  [
    'only_countries, unknown',
    { onlyCountries: ['DE'] },
    nowhere,
    "only_countries: DE; the client's country is unknown",
  ],
  [
    'except_countries with it',
    { exceptCountries: ['US', 'DE'] },
    german,
    'except_countries: US, DE; the client is in DE',
  ],
  ['except_countries without it', { exceptCountries: ['US'] }, german, undefined],
  ['except_countries, unknown', { exceptCountries: ['US'] }, nowhere, undefined],
  ['only_networks with one of them', { onlyNetworks: [1, 7] }, german, undefined],
  ['only_networks with none', { onlyNetworks: [1] }, german, 'only_networks: the client is in none of them'],
  [
    'only_networks, no network',
    { onlyNetworks: [1] },
    nowhere,
    'only_networks: the client is in none of them',
  ],
  [
    'a network does not lift a country rule',
    { onlyNetworks: [7], onlyCountries: ['US'] },
    german,
    'only_countries: US; the client is in DE',
  ],
  [
    'a country does not lift a network rule',
    { onlyNetworks: [1], onlyCountries: ['DE'] },
    german,
    'only_networks: the client is in none of them',
  ],
  [
    'except_networks with one of them',
    { exceptNetworks: [7] },
    german,
    'except_networks: the client is in one of them',
  ],
  ['except_networks with none', { exceptNetworks: [1] }, german, undefined],
  ['only_asn with it', { onlyAsn: [64_500, 64_501] }, telekom, undefined],
  ['only_asn without it', { onlyAsn: [64_501] }, telekom, 'only_asn: 64501; the client is in AS64500'],
  ['only_asn, unknown', { onlyAsn: [64_500] }, german, "only_asn: 64500; the client's AS is unknown"],
  ['except_asn with it', { exceptAsn: [64_500] }, telekom, 'except_asn: 64500; the client is in AS64500'],
  ['except_asn, unknown', { exceptAsn: [64_500] }, german, undefined],
  [
    "the pool's rule beside its own",
    { onlyCountries: ['DE'], ofPool: { exceptAsn: [64_500] } },
    telekom,
    "the pool's except_asn: 64500; the client is in AS64500",
  ],
  ["the pool's rule that admits", { ofPool: { onlyCountries: ['DE'] } }, german, undefined],
  ['networks alone keep nobody out', { networks: [99] }, german, undefined],
];

for (const [name, rules, client, reason] of table) {
  t.test(name, async (t) => {
    const candidate = { ...open, ...rules };
    t.equal(whyNot(candidate, client), reason);
    t.equal(admits(candidate, client), reason === undefined);
  });
}
