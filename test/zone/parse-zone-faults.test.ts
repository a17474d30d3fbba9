import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { formatFault } from '../../src/zone/faults.js';
import { faultsOf, type Sections, unmark, zoneText } from './zone-text.js';

/** Each case is a sound zone file with one thing wrong, at the mark. */
type Case = readonly [name: string, sections: Sections | string, message: RegExp];

const mirror = (keys: string): Sections => ({ mirrors: `mirrors:\n  aurora:\n    ${keys}` });
const addressed = (keys: string): Sections => mirror(`addresses: [192.0.2.10]\n    ${keys}`);
const pool = (keys: string): Sections => ({ pools: `pools:\n  "@":\n    ${keys}` });
const probe = (keys: string): Sections => pool(`probe:\n      ${keys}`);
const records = (text: string): Sections => ({ more: `records:\n  ${text}` });

const override = (text: string): Sections => ({ more: `overrides:\n  - ${text}` });

const CANARIES: readonly Case[] = [
  ['no port', pool('canaries: [⟦192.0.2.1]'), /is no canary, expected ADDRESS:PORT such as/],
  ['port 0', pool('canaries: [⟦"192.0.2.1:0"]'), /is no canary/],
  ['IPv6 without brackets', pool('canaries: [⟦"2001:db8::1:443"]'), /is no canary/],
  ['a name with a port', pool('canaries: ["192.0.2.1:443", ⟦"canary.example:443"]'), /is no canary/],
  ['another protocol', pool('canaries: [⟦"ftp://canary.example/"]'), /expected a URL such as https/],
  ['a password', pool('canaries: [⟦"https://a:b@canary.example/"]'), /expected a URL such as https/],
  ['an address of nobody', pool('canaries: [⟦"0.0.0.0:80"]'), /can't be the address of a server/],
];

const OVERRIDES: readonly Case[] = [
  ['no mirrors', override('⟦{ reason: x }'), /"mirrors" is missing, expected the mirrors that it is about/],
  ['no reason', override('⟦{ mirrors: [aurora] }'), /"reason" is missing, expected why/],
  ['an empty reason', override('{ mirrors: [aurora], reason: ⟦"" }'), /"reason" is empty/],
  [
    'a mirror that is not there',
    override('{ mirrors: [⟦aurra], reason: x }'),
    /"aurra" is no mirror of this zone; did you mean "aurora"/,
  ],
  [
    'a glob of nobody',
    override('{ mirrors: [aurora, ⟦"zz*"], reason: x }'),
    /"zz\*" is no mirror of this zone/,
  ],
  ['a lone name', override('{ mirrors: ⟦"zz*", reason: x }'), /"zz\*" is no mirror of this zone/],
  [
    'an unknown state',
    override('{ mirrors: [aurora], reason: x, state: ⟦off }'),
    /"state" can't be .*expected one of: down, up/,
  ],
  [
    'a time without an offset',
    override('{ mirrors: [aurora], reason: x, until: ⟦2027-01-31T18:00:00 }'),
    /is not a time, expected one such as 2027-01-31T18:00:00Z/,
  ],
  [
    'a time that never is',
    override('{ mirrors: [aurora], reason: x, until: ⟦2027-13-31T18:00:00Z }'),
    /is not a time/,
  ],
  [
    'an unknown key',
    override('{ mirrors: [aurora], reason: x, ⟦untill: y }'),
    /unknown key "untill"; did you mean "until"/,
  ],
  [
    'a mapping for the list',
    { more: 'overrides: ⟦{ mirrors: [aurora], reason: x }' },
    /"overrides" must be a list/,
  ],
];

const YAML: readonly Case[] = [
  ['an empty file', '⟦', /the file must be a mapping, found nothing/],
  ['a file of comments', '⟦# nothing\n', /must be a mapping, found nothing/],
  ['a list', '⟦- zone: dl.example.org', /the file must be a mapping, found a list/],
  ['a tab', 'zone: a.example\npools:\n⟦\t"@": {}', /YAML: .*[Tt]abs/],
  ['an open bracket', 'zone: [a\n⟦', /YAML: /],
  ['two documents', `${zoneText()}⟦---\nzone: b.example`, /several YAML documents/],
  ['an unknown tag', zoneText({ more: 'ttl: ⟦!seconds 60' }), /YAML: Unresolved tag: !seconds/],
  ['a duplicate key', { more: 'ttl: 60\n⟦ttl: 70' }, /duplicate key "ttl", first at line 5/],
  [
    'a duplicate mirror',
    { mirrors: 'mirrors:\n  a: {addresses: [192.0.2.1]}\n  ⟦a: {addresses: [192.0.2.2]}' },
    /duplicate key "a", first at line 5/,
  ],
  ['a list for a key', { more: '⟦[a]: b' }, /a key must be text/],
  ['a key of the language', { more: '⟦__proto__: {}' }, /"__proto__" is not possible/],
  ['a merge key', addressed('probe: { ⟦<<: {} }'), /unknown key "<<"/],
  ['an alias to nothing', { more: 'ttl: ⟦*short' }, /alias \*short refers to no anchor/],
];

const KEYS: readonly Case[] = [
  ['no zone', { zone: '', ns: '⟦ns: [ns1.example.net]' }, /"zone" is missing, expected the name/],
  ['no ns', { ns: '', zone: '⟦zone: dl.example.org' }, /"ns" is missing/],
  ['no pools', { pools: '', zone: '⟦zone: dl.example.org' }, /"pools" is missing, expected at least one/],
  ['no mirrors', { mirrors: '', zone: '⟦zone: dl.example.org' }, /"mirrors" is missing/],
  ['empty mirrors', { mirrors: '⟦mirrors: {}' }, /"mirrors" is empty, expected at least one mirror/],
  ['empty pools', { pools: '⟦pools: {}' }, /"pools" is empty/],
  ['empty ns', { ns: '⟦ns: []' }, /"ns" is empty/],
  ['an unknown key', { more: '⟦tll: 60' }, /unknown key "tll"; did you mean "ttl"\?/],
  ['an unknown key of a pool', pool('⟦answer: 3'), /unknown key "answer"; did you mean "answers"\?/],
  [
    'an unknown key of a probe',
    probe('⟦intervall: 3s'),
    /unknown key "intervall"; did you mean "interval"\?/,
  ],
  ['an unknown key of a mirror', addressed('⟦wieght: 3'), /unknown key "wieght"; did you mean "weight"\?/],
  [
    'an unknown key of a location',
    addressed('location: { ⟦town: x }'),
    /unknown key "town", expected one of: country/,
  ],
  ['an unknown key of soa', { more: 'soa: { ⟦mail: x }' }, /unknown key "mail", expected one of: mname/],
  ['a list for a mapping', { pools: 'pools: ⟦["@"]' }, /"pools" must be a mapping, found a list/],
  ['nothing for a mapping', { pools: 'pools:\n  ⟦"@":' }, /"@" must be a mapping, found nothing: write \{\}/],
  [
    'text for a list',
    { ns: 'ns: ⟦ns1.example.net' },
    /"ns" must be a list, found the text .*: write \[ns1.example.net\]/,
  ],
  ['text for a number', pool('answers: ⟦"3"'), /answers must be a whole number.*without quotes/],
  [
    'text for a truth',
    pool('same_country_first: ⟦yes'),
    /must be true or false, found the text "yes": write true/,
  ],
  ['a number for text', addressed('notes: ⟦5'), /"notes" must be text, found the number 5: put it in quotes/],
  [
    'a number in a list of text',
    pool('mirrors: [aurora, ⟦5]'),
    /item 2 of "mirrors" must be text, found the number 5/,
  ],
];

const VALUES: readonly Case[] = [
  [
    'a bad address',
    mirror('addresses: [192.0.2.10, ⟦192.0.2.256]'),
    /"192.0.2.256" is not an IP address, expected one such as/,
  ],
  [
    'a name for an address',
    mirror('addresses: [⟦mirror.example.org]'),
    /"mirror.example.org" is not an IP address/,
  ],
  ['an address with a length', mirror('addresses: [⟦192.0.2.1/32]'), /write 192.0.2.1, without the length/],
  ['an address with a port', mirror('addresses: [⟦192.0.2.1:80]'), /write 192.0.2.1, without the port/],
  ['a mapped address', mirror('addresses: [⟦"::ffff:192.0.2.1"]'), /IPv4 inside IPv6: write 192.0.2.1/],
  ['no host has it', mirror('addresses: [⟦0.0.0.0]'), /0.0.0.0 can't be the address of a server/],
  ['multicast', mirror('addresses: [⟦"ff02::1"]'), /ff02::1 can't be the address of a server/],
  ['no unicast', mirror('addresses: [⟦0.1.2.3]'), /0.1.2.3 can't be the address of a server/],
  ['link-local', mirror('addresses: [⟦"fe80::1"]'), /fe80::1 is link-local/],
  [
    'a name beside addresses',
    addressed('⟦hostname: a.example.net'),
    /"hostname" beside "addresses": write only one/,
  ],
  [
    'a name that is an address',
    mirror('hostname: ⟦192.0.2.1'),
    /is an address: write addresses: \["192\.0\.2\.1"\]/,
  ],
  [
    'a network inside 6to4',
    addressed('networks: [⟦2002:c000:0201:1::/64]'),
    /"2002:c000:0201:1::\/64" matches no client: .* write 192\.0\.2\.1\/32/,
  ],
  ['no addresses', { mirrors: 'mirrors:\n  ⟦aurora: {}' }, /mirror "aurora" has no "addresses"/],
  ['an empty list of addresses', mirror('⟦addresses: []'), /mirror "aurora" has no addresses/],
  [
    'an address twice',
    mirror('addresses: ["2001:db8::1", ⟦"2001:DB8:0::1"]'),
    /2001:db8::1 is listed twice \(line 6\)/,
  ],
  [
    'an address of two mirrors',
    { mirrors: 'mirrors:\n  a: {addresses: [192.0.2.1]}\n  b: {addresses: [⟦192.0.2.1]}' },
    /192.0.2.1 is also that of mirror "a" \(line 5\)/,
  ],
  [
    'a prefix with bits behind it',
    addressed('networks: [⟦198.51.100.1/24]'),
    /bits behind \/24 are set; the prefix is 198.51.100.0\/24/,
  ],
  [
    'a prefix without length',
    addressed('only_networks: [⟦198.51.100.1]'),
    /has no length: write 198.51.100.1\/32/,
  ],
  [
    'a special-purpose network twice',
    { more: 'special_addresses: [10.0.0.0/8, ⟦10.0.0.0/8]' },
    /10.0.0.0\/8 is listed twice/,
  ],
  ['a prefix too long', addressed('networks: [⟦198.51.100.0/33]'), /the length is 33, the most/],
  [
    'a network twice',
    addressed('networks: [198.51.100.0/24, ⟦198.51.100.0/24]'),
    /198.51.100.0\/24 is listed twice/,
  ],
  [
    'a latitude out of range',
    addressed('location: { longitude: 1, latitude: ⟦95 }'),
    /^latitude 95 is out of range, expected -90 to 90$/,
  ],
  [
    'a longitude out of range',
    addressed('location: { longitude: ⟦-180.5, latitude: 1 }'),
    /^longitude -180.5 is out of range, expected -180 to 180$/,
  ],
  ['a latitude alone', addressed('location: { ⟦latitude: 1 }'), /"latitude" needs "longitude" too/],
  [
    'a longitude alone',
    addressed('location: { country: DE, ⟦longitude: 1 }'),
    /"longitude" needs "latitude" too/,
  ],
  ['a negative weight', addressed('weight: ⟦-1'), /^weight -1 is out of range, expected 0 to/],
  ['part of a weight', addressed('weight: ⟦1.5'), /weight must be a whole number, found the number 1.5/],
  ['no share', pool('max_share: ⟦0'), /max_share 0 is out of range, expected above 0, at most 1/],
  ['more than all', pool('max_share: ⟦1.5'), /max_share 1.5 is out of range/],
  ['per cent', pool('max_share: ⟦20%'), /"max_share" must be a number, found the text "20%"/],
  ['no answers', pool('answers: ⟦0'), /answers 0 is out of range, expected 1 to 8/],
  ['too many answers', pool('answers: ⟦9'), /answers 9 is out of range, expected 1 to 8/],
  ['a negative distance', pool('near_km: ⟦-1'), /near_km -1 is out of range/],
  ['infinite distance', pool('near_km: ⟦.inf'), /"near_km" must be a number, found the number Infinity/],
  ['a threshold of two', pool('panic_threshold: ⟦2'), /panic_threshold 2 is out of range, expected 0 to 1/],
  ['a country in lower case', addressed('only_countries: [⟦de]'), /"de" is not a country code: write DE/],
  [
    'a country by its other code',
    addressed('location: { country: ⟦UK }'),
    /"UK" is not a country code: write GB/,
  ],
  ['no country', addressed('except_countries: [DE, ⟦QQ]'), /"QQ" is not a country code, expected ISO 3166/],
  [
    'both rules',
    addressed('only_countries: [DE]\n    ⟦except_countries: [AT]'),
    /"except_countries" beside "only_countries"/,
  ],
  ['a rule for nobody', addressed('only_countries: ⟦[]'), /"only_countries" is empty/],
  ['an AS with letters', addressed('asn: [⟦AS64500]'), /AS number must be a whole number/],
  ['an AS out of range', addressed('asn: [⟦4294967296]'), /AS number 4294967296 is out of range/],
  ['an email', addressed('email: ⟦nobody'), /"nobody" is not an email address/],
  ['a negative TTL', { more: 'ttl: ⟦-1' }, /ttl -1 is out of range, expected 0 to 2147483647/],
  ['a floor above the TTL', pool('ttl_min: ⟦61'), /ttl_min 61 is more than the ttl, 60/],
  ['a TTL above 31 bits', { more: 'soa: { ttl: ⟦2147483648 }' }, /ttl 2147483648 is out of range/],
  ['a mailbox with an at', { more: 'soa: { rname: ⟦root@example.org }' }, /write root.example.org/],
];

const PROBES: readonly Case[] = [
  ['a plain number for a duration', probe('interval: ⟦30'), /interval must have a unit: write 30s/],
  ['a quoted number for a duration', probe('interval: ⟦"30"'), /"30" has no unit: write 30s/],
  ['no duration', probe('interval: ⟦half a minute'), /is not a duration, expected .*30s, 5m/],
  ['an interval out of range', probe('interval: ⟦1ms'), /interval 1ms is out of range, expected 10ms to 1d/],
  [
    'a timeout above the interval',
    probe('interval: 5s\n      timeout: ⟦6s'),
    /timeout 6s is longer than the interval, 5s/,
  ],
  [
    'a timeout above the default interval',
    probe('timeout: ⟦31s'),
    /timeout 31s is longer than the interval, 30s/,
  ],
  [
    'a fast interval above the interval',
    probe('interval: 5s\n      fast_interval: ⟦6s'),
    /fast_interval 6s is longer/,
  ],
  [
    'an interval below the timeout of the pool',
    { pools: 'pools: { "@": { probe: { timeout: 10s } } }', ...addressed('probe: { interval: ⟦5s }') },
    /timeout 10s is longer than the interval, 5s/,
  ],
  [
    'a type',
    probe('type: ⟦htp'),
    /"type" can't be the text "htp", expected one of: http, https, tcp, rsync, none; did you mean "http"/,
  ],
  ['tcp without port', probe('type: ⟦tcp'), /a tcp probe needs "port"/],
  ['a method', pool('probe: { method: ⟦POST }'), /"method" can't be/],
  [
    'a range that is none',
    pool('probe: { range: ⟦bytes=0-0 }'),
    /"bytes=0-0" is not a range, expected the first and the last/,
  ],
  ['a range backwards', pool('probe: { range: ⟦9-0 }'), /ends before it begins/],
  ['a range that is a download', pool('probe: { range: ⟦0-1048576 }'), /longer than 1 MiB/],
  ['a redirect rule', pool('probe: { redirects: ⟦same }'), /"redirects" can't be the text "same"/],
  ['nothing to contain', pool('probe: { contains: ⟦"" }'), /every body contains that/],
  ['a pattern that is none', pool('probe: { contains: ⟦"/(/" }'), /is not a pattern: /],
  [
    'a pattern that looks ahead',
    pool('probe: { contains: ⟦"/(?=a)b/" }'),
    /without look-ahead, look-behind and references back, and with no count above 1000: .*`\(\?=`/,
  ],
  ['flags that are none', pool('probe: { contains: ⟦"/a/gx" }'), /the flags of a pattern are/],
  ['a rate without a second', pool('probe: { min_rate: ⟦2MB }'), /"2MB" is not a rate, expected/],
  ['no rate', pool('probe: { min_rate: ⟦0MB/s }'), /min_rate 0MB\/s is out of range/],
  ['a sample without a rate', pool('probe: { sample: ⟦1MB }'), /"sample" needs "min_rate" too/],
  [
    'a module with a slash',
    pool('probe: { type: rsync, module: ⟦a/b }'),
    /can't be the name of an rsync module/,
  ],
  ['a module for http', pool('probe: { ⟦module: tails }'), /"module" has no effect on a probe of type http/],
  [
    'a path for rsync',
    pool('probe: { type: rsync, ⟦path: / }'),
    /"path" has no effect on a probe of type rsync/,
  ],
  ['an empty list of probes', pool('probes: ⟦[]'), /"probes" is empty: leave it out/],
  ['probes beside probe', pool('probe: {}\n    ⟦probes: [{}]'), /write only one of them/],
  ['none beside others', pool('probes: [{ path: / }, ⟦{ type: none }]'), /of type none beside others/],
  ['a wrong key in a list', pool('probes: [{}, { ⟦pth: / }]'), /unknown key "pth"; did you mean "path"/],
  [
    'a fault in one of several',
    pool('probes: [{}, { interval: 5s, timeout: ⟦6s }]'),
    /longer than the interval/,
  ],
  [
    'a timeout of the list of a mirror',
    {
      pools: 'pools: { "@": { probes: [{}, { interval: 5s }] } }',
      ...addressed('probes: [{}, { timeout: ⟦6s }]'),
    },
    /timeout 6s is longer than the interval, 5s/,
  ],
  [
    'one port for different types',
    { pools: 'pools: { "@": { probes: [{}, { type: https }] } }', ...addressed('probe: { port: ⟦8080 }') },
    /that of http and https probes alike: write "type" beside it/,
  ],
  ['a mirror with tcp without port', addressed('probe: { type: ⟦tcp }'), /a tcp probe needs "port"/],
  ['none with a port', probe('type: none\n      ⟦port: 80'), /"port" has no effect on a probe of type none/],
  [
    'a mirror with none and a path',
    addressed('probe: { type: none, ⟦path: / }'),
    /"path" has no effect on a probe of type none/,
  ],
  [
    'tcp with a path',
    probe('type: tcp\n      port: 80\n      ⟦path: /'),
    /"path" has no effect on a probe of type tcp/,
  ],
  ['a port', probe('port: ⟦65536'), /port 65536 is out of range, expected 1 to 65535/],
  ['a status code', probe('expect: [200, ⟦600]'), /status code 600 is out of range, expected 100 to 599/],
  ['no status code', probe('expect: ⟦[]'), /"expect" is empty/],
  ['a relative path', probe('path: ⟦trace'), /path "trace" must start with "\/"/],
  ['a path with a space', probe('path: ⟦/a b'), /path "\/a b" has a character/],
  ['a host with a port', probe('host: ⟦dl.example.org:80'), /write host: dl.example.org, port: 80/],
  ['a host that is an address', probe('host: ⟦192.0.2.1'), /"192.0.2.1" is an address, expected a name/],
];

const REFERENCES: readonly Case[] = [
  [
    'a mirror that is not there',
    pool('mirrors: [aurora, ⟦boraes]'),
    /names a mirror "boraes" that is not in "mirrors"; did you mean "boreas"/,
  ],
  ['a pool without mirrors', pool('⟦mirrors: []'), /the pool "@" has no mirrors/],
  ['a mirror twice', pool('mirrors: [aurora, boreas, ⟦aurora]'), /aurora is listed twice/],
  [
    'the name of a mirror',
    { mirrors: 'mirrors:\n  ⟦Aurora: {addresses: [192.0.2.1]}' },
    /"Aurora" can't be the name of a mirror, expected/,
  ],
  [
    'a mirror with a slash',
    { mirrors: 'mirrors:\n  ⟦a/b: {addresses: [192.0.2.1]}' },
    /"a\/b" can't be the name of a mirror/,
  ],
];

const NAMES: readonly Case[] = [
  ['a space', { zone: 'zone: ⟦dl example' }, /"dl example" is not a name: " " is not allowed/],
  ['an empty label', { zone: 'zone: ⟦dl..example' }, /a label is empty/],
  ['the root', { zone: 'zone: ⟦.' }, /"." is not a name/],
  ['a long label', { zone: `zone: ⟦${'a'.repeat(64)}.example` }, /has 64 octets, the most is 63/],
  ['a long name', { zone: `zone: ⟦${'a.'.repeat(126)}toolong` }, /takes 261 octets, the most is 255/],
  [
    'a long owner name',
    { pools: `pools:\n  ⟦${'abc.'.repeat(60)}x: {}` },
    /takes 258 octets, the most is 255/,
  ],
  ['another script', { zone: 'zone: ⟦bücher.example' }, /"ü" is not allowed.*write xn--bcher-kva.example/],
  ['a hyphen at the end', { zone: 'zone: ⟦dl-.example' }, /starts or ends with "-"/],
  ['an address as a name server', { ns: 'ns: [⟦192.0.2.53]' }, /"192.0.2.53" is an address, expected a name/],
  [
    'a name server twice',
    { ns: 'ns: [ns1.example.net, ⟦NS1.example.net.]' },
    /ns1.example.net is listed twice/,
  ],
  ['a wildcard pool', { pools: 'pools:\n  ⟦"*": {}' }, /a pool can't be a wildcard/],
  ['a wildcard pool below', { pools: 'pools:\n  ⟦"*.eu": {}' }, /a pool can't be a wildcard/],
  ['an absolute owner name', { pools: 'pools:\n  ⟦dl.example.org: {}' }, /relative to the zone, write "@"/],
  [
    'an absolute owner name below',
    { pools: 'pools:\n  ⟦eu.dl.example.org: {}' },
    /relative to the zone, write "eu"/,
  ],
  ['a trailing dot', { pools: 'pools:\n  ⟦eu.: {}' }, /is not a name relative to the zone/],
  [
    'an owner name twice',
    { pools: 'pools:\n  eu: {}\n  ⟦EU: {}' },
    /"EU" is the same name as "eu" at line 4/,
  ],
  ['a star inside', records('⟦a.*.b: { A: 192.0.2.1 }'), /"\*" is not allowed/],
];

const RECORDS: readonly Case[] = [
  ['NS', records('eu: { ⟦NS: ns1.example.net }'), /NS records are refused: name servers go into "ns:"/],
  ['SOA', records('"@": { ⟦SOA: x }'), /SOA records are refused: it goes into "soa:"/],
  ['DNAME', records('eu: { ⟦DNAME: example.net }'), /DNAME records are refused: it is not supported/],
  ['SPF', records('eu: { ⟦SPF: "v=spf1 -all" }'), /SPF records are refused: .*write TXT/],
  ['SPF by number', records("eu: { ⟦TYPE99: '\\# 0' }"), /TYPE99 \(SPF\) records are refused/],
  ['A by number', records("eu: { ⟦TYPE1: '\\# 0' }"), /TYPE1 has a form of its own: write A/],
  ['a meta type', records("eu: { ⟦TYPE255: '\\# 0' }"), /TYPE255 \(ANY\) records are refused/],
  ['a type of questions', records("eu: { ⟦TYPE252: '\\# 0' }"), /TYPE252 is not a type of data/],
  [
    'a type in lower case',
    records('eu: { ⟦aaaa: "2001:db8::1" }'),
    /unknown record type "aaaa"; did you mean "AAAA"/,
  ],
  ['no type', records('eu: { ⟦ADDRESS: 192.0.2.1 }'), /unknown record type "ADDRESS", expected/],
  [
    'IPv6 as A',
    records('eu: { A: [192.0.2.1, ⟦"2001:db8::1"] }'),
    /not an IPv4 address as A needs: put it under AAAA/,
  ],
  ['IPv4 as AAAA', records('eu: { AAAA: ⟦192.0.2.1 }'), /not an IPv6 address as AAAA needs: put it under A/],
  ['a mapped AAAA', records('eu: { AAAA: ⟦"::ffff:192.0.2.1" }'), /IPv4 inside IPv6/],
  [
    'an MX without preference',
    records('"@": { MX: ⟦mail.example.org }'),
    /is not an MX record, expected PREFERENCE EXCHANGE/,
  ],
  ['an MX that lacks a key', records('"@": { ⟦MX: { preference: 10 } }'), /"exchange" is missing/],
  [
    'a key too many',
    records('"@": { MX: [{ preference: 10, exchange: a.example, ⟦port: 1 }] }'),
    /unknown key "port", expected one of: preference, exchange/,
  ],
  [
    'an SRV',
    records('_a._tcp: { SRV: ⟦10 5 www.example.org }'),
    /is not an SRV record, expected PRIORITY WEIGHT PORT TARGET/,
  ],
  [
    'an SRV port',
    records('_a._tcp: { SRV: { priority: 1, weight: 1, port: ⟦65536, target: a.example } }'),
    /port 65536 is out of range/,
  ],
  ['a CAA', records('"@": { CAA: ⟦letsencrypt.org }'), /is not a CAA record/],
  ['CAA flags', records('"@": { CAA: ⟦256 issue ca.example }'), /is not a CAA record/],
  [
    'neither text nor mapping',
    records('"@": { MX: ⟦5 }'),
    /"MX" must be text or a mapping or a list, found the number 5/,
  ],
  ['bytes too few', records("a: { TLSA: ⟦'\\# 3 0102' }"), /has 2 octets but says 3/],
  ['bytes of half an octet', records("a: { TLSA: ⟦'\\# 1 012' }"), /is not data as RFC 3597 has it/],
  ['not bytes', records('a: { TLSA: ⟦3 1 1 0102 }'), /is not data as RFC 3597 has it/],
  ['a type twice', records("a: { SSHFP: '\\# 0', ⟦TYPE44: '\\# 0' }"), /TYPE44 is the same type as SSHFP/],
  ['an empty RRset', records('a: { ⟦TXT: [] }'), /"TXT" is empty, expected at least one record/],
  ['no records', records('⟦a: { ttl: 60 }'), /"a" holds no records/],
  ['a record twice', records('a: { A: [192.0.2.1, ⟦192.0.2.1] }'), /this record is listed twice/],
  [
    'an RRset too large',
    records(`a: { ⟦TXT: [${Array.from({ length: 6 }, (_, i) => `${i}${'x'.repeat(10_000)}`).join(', ')}] }`),
    /the most that fit a message/,
  ],
  ['a record TTL', records('a: { TXT: x, ttl: ⟦-5 }'), /ttl -5 is out of range/],
  [
    'an alias of the zone',
    { pools: 'pools: { eu: {} }', ...records('"@": { ⟦CNAME: example.net }') },
    /the zone's own name can't be a CNAME/,
  ],
  [
    'an alias with company',
    records('a: { TXT: x, ⟦CNAME: example.net }'),
    /CNAME beside TXT: an alias can have no other records/,
  ],
  ['two aliases', records('a: { CNAME: [b.example, ⟦c.example] }'), /a CNAME has one target/],
  ['an alias of itself', records('a: { ⟦CNAME: a.dl.example.org }'), /leads back to itself/],
  ['A beside a pool', records('"@": { ⟦A: 192.0.2.1 }'), /A beside the pool "@"/],
  ['AAAA beside a pool', records('"@": { ⟦AAAA: "2001:db8::1" }'), /AAAA beside the pool "@"/],
  [
    'CNAME beside a pool',
    { pools: 'pools: { eu: {} }', ...records('EU: { ⟦CNAME: example.net }') },
    /CNAME beside the pool "eu"/,
  ],
  [
    'a mail server that is an alias',
    records('m: { CNAME: a.example }\n  "@": { MX: [⟦10 m.dl.example.org] }'),
    /m.dl.example.org is a CNAME \(line 6\): MX needs/,
  ],
  [
    'a service that is an alias',
    records('m: { CNAME: a.example }\n  s: { SRV: ⟦1 1 1 m.dl.example.org }'),
    /m.dl.example.org is a CNAME \(line 6\): SRV needs/,
  ],
  [
    'a name server without addresses',
    { ns: 'ns: [⟦ns1.dl.example.org]' },
    /inside the zone and has no addresses there: add records: \{ "ns1": \{ A/,
  ],
  [
    'a name server with a text only',
    { ns: 'ns: [⟦ns1.dl.example.org]', ...records('ns1: { TXT: x }') },
    /has no addresses there/,
  ],
  [
    'a name server that is an alias',
    { ns: 'ns: [⟦ns1.dl.example.org]', ...records('ns1: { CNAME: a.example }') },
    /ns1.dl.example.org is a CNAME \(line 6\)/,
  ],
  ['a name server that is a pool', { ns: 'ns: [⟦dl.example.org]' }, /dl.example.org is a pool/],
];

const GROUPS = { YAML, CANARIES, OVERRIDES, KEYS, VALUES, PROBES, REFERENCES, NAMES, RECORDS };

for (const [group, cases] of Object.entries(GROUPS)) {
  t.test(group, async (t) => {
    for (const [name, sections, message] of cases) {
      const { text, at } = unmark(typeof sections === 'string' ? sections : zoneText(sections));
      const faults = faultsOf(text);
      t.equal(faults.length, 1, `${name}: one fault`, { faults: faults.map(formatFault) });
      const [fault] = faults;
      t.equal(`${fault?.line}:${fault?.column}`, at, `${name}: at its place`);
      t.match(fault?.message, message, name);
    }
  });
}

t.test('all faults of a file are said at once, in its order', async (t) => {
  const path = join(process.cwd(), 'test/fixtures/zones/all-wrong.yaml');
  const text = readFileSync(path, 'utf8');
  // Each line with faults names their columns at its end: `# wrong: 3, 17`.
  const expected = text.split('\n').flatMap((line, i) => {
    const [, columns] = /# wrong: ([\d, ]+)$/.exec(line) ?? [];
    return columns?.split(', ').map((column) => `${i + 1}:${column}`) ?? [];
  });
  t.ok(expected.length > 30);
  t.same(
    faultsOf(text).map(({ line, column }) => `${line}:${column}`),
    expected,
  );
});

t.test('a fault says file, line, column and message', async (t) => {
  const [fault] = faultsOf(zoneText({ more: 'ttl: -1' }));
  t.ok(fault !== undefined && formatFault(fault).startsWith('z.yaml:5:6: ttl -1 is out of range'));
});

t.test('what is only a consequence of a fault is not said', async (t) => {
  const count = (sections: Sections) => faultsOf(zoneText(sections)).length;
  t.equal(count(mirror('addresses: [nonsense]')), 1, 'an address list that has lost its only item');
  t.equal(count(probe('interval: nonsense\n      timeout: 40s')), 1, 'a timeout against an unknown interval');
  t.equal(
    count({ zone: 'zone: "a b"', ns: 'ns: [ns1.a.example]' }),
    1,
    'owner names in a zone without a name',
  );
  t.equal(
    count({ ns: 'ns: [ns1.dl.example.org]', ...records('ns1: { A: nonsense }') }),
    1,
    'a name server with a wrong address',
  );
  t.equal(
    count({ ...pool('mirrors: [aurora]'), mirrors: 'mirrors: { aurora: 5 }' }),
    1,
    'a mirror that is there but wrong',
  );
  t.equal(count(pool('mirrors: [5]')), 1, 'a list of mirrors that has lost its only item');
});
