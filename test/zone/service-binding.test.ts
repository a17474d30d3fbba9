/** SVCB and HTTPS from their text to their octets: the test vectors of RFC 9460, appendix D, and what else is refused. */
import t from 'tap';
import { octetsOf } from '../../src/zone/record-forms.js';
import { readServiceBinding } from '../../src/zone/service-binding.js';

const readHttps = readServiceBinding('HTTPS');

function hexOf(text: string): string {
  const read = readHttps(text);
  return 'fault' in read ? read.fault : Buffer.from(octetsOf(read)).toString('hex');
}

const EXAMPLE_COM = '076578616d706c6503636f6d00';
const FOO_COM = `03666f6f${EXAMPLE_COM}`;
const FOO_ORG = '03666f6f076578616d706c65036f726700';

t.test('RFC 9460, appendix D.1 and D.2', async (t) => {
  const table: [text: string, hex: string][] = [
    ['0 foo.example.com.', `0000${FOO_COM}`],
    ['1 .', '000100'],
    ['16 foo.example.com. port=53', `0010${FOO_COM}000300020035`],
    ['1 foo.example.com. key667=hello', `0001${FOO_COM}029b000568656c6c6f`],
    ['1 foo.example.com. key667="hello\\210qoo"', `0001${FOO_COM}029b000968656c6c6fd2716f6f`],
    [
      '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
      `0001${FOO_COM}0006002020010db800000000000000000000000120010db8000000000000000000530001`,
    ],
    [
      '1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"',
      `0001${EXAMPLE_COM}0006001020010db80122034400000000c0000221`,
    ],
    [
      '16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
      `0010${FOO_ORG}0000000400010004000100090268320568332d313900040004c0000201`,
    ],
    ['16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"', `0010${FOO_ORG}0001000c08665c6f6f2c626172026832`],
    ['16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2', `0010${FOO_ORG}0001000c08665c6f6f2c626172026832`],
  ];
  for (const [text, hex] of table) t.equal(hexOf(text), hex, text);
});

t.test('RFC 9460, appendix D.3', async (t) => {
  const table: [parameters: string, fault: RegExp][] = [
    ['key123=abc key123=def', /^"key123" is there twice$/],
    ['mandatory', /^"mandatory" needs a value: mandatory=alpn,port$/],
    ['alpn', /^"alpn" needs a value/],
    ['port', /^"port" needs a value/],
    ['ipv4hint', /^"ipv4hint" needs a value/],
    ['ipv6hint', /^"ipv6hint" needs a value/],
    ['no-default-alpn=abc', /^"no-default-alpn" has no value$/],
    ['mandatory=key123', /^"key123" is mandatory and not there$/],
    ['mandatory=mandatory', /^mandatory is always so/],
    ['mandatory=key123,key123 key123=abc', /^mandatory: "key123" is listed twice$/],
  ];
  for (const [parameters, fault] of table) {
    t.match(readHttps(`1 foo.example.com. ${parameters}`), { fault }, parameters);
  }
});

t.test('parameters that came later, and the order of the wire', async (t) => {
  t.equal(
    hexOf('  1   .  port=443   ech=AEj+DQ== no-default-alpn alpn="h2"  '),
    `000100${'0001000302' + '6832'}${'00020000'}${'0003000201bb'}${'00050004' + '0048fe0d'}`,
  );
  t.equal(
    hexOf('1 . dohpath=/q{?dns} ohttp'),
    `000100${'00070008'}${Buffer.from('/q{?dns}').toString('hex')}00080000`,
  );
  t.equal(hexOf('1 . key9 key65534='), '0001000009' + '0000' + 'fffe0000');
});

t.test('an alias, and bytes', async (t) => {
  t.same(readHttps('0 Alias.Example.'), {
    type: 'HTTPS',
    priority: 0,
    target: 'alias.example',
    parameters: [],
  });
  t.same(readServiceBinding('SVCB')('0 .'), { type: 'SVCB', priority: 0, target: '', parameters: [] });
  t.same(readHttps('\\# 3 000100'), { type: 'RAW', bytes: Uint8Array.of(0, 1, 0) }, 'RFC 3597 §5');
});

t.test('what clients would ignore or not read is refused', async (t) => {
  const table: [text: string, fault: RegExp][] = [
    ['', /^"" is not a record of type HTTPS, expected PRIORITY TARGET PARAMETERS such as/],
    ['1', /is not a record of type HTTPS/],
    ['65536 .', /is not a record of type HTTPS/],
    ['1 a..b', /is not a name/],
    ['0 a.example alpn=h2', /^priority 0 is an alias, whose parameters clients ignore$/],
    ['1 . no-default-alpn', /^"no-default-alpn" needs "alpn" beside it/],
    ['1 . alnp=h2', /^"alnp" is not a parameter; did you mean "alpn"\?$/],
    ['1 . ALPN=h2', /^"ALPN" is not a parameter; did you mean "alpn"\?$/],
    ['1 . key3=53', /^key3 has a name: write port$/],
    ['1 . key0667=a', /^"key0667" is not a parameter/],
    ['1 . key65535=a', /^"key65535" is not a parameter/],
    ['1 . alpn=h2,,h3', /a protocol of no octets/],
    ['1 . alpn=,', /a protocol of no octets/],
    ['1 . alpn=h2,', /a protocol of no octets/],
    [`1 . alpn=${'x'.repeat(256)}`, /a protocol of no octets or more than 255/],
    ['1 . alpn=h\\\\2', /has an escape that lists do not know/],
    ['1 . alpn=h\\256', /"\\" is not an escape|"\\256" is not an escape/],
    ['1 . port=65536', /^port: "65536" is not a port, expected 0 to 65535$/],
    ['1 . port=a', /is not a port/],
    ['1 . ipv4hint=2001:db8::1', /^2001:db8::1 belongs into ipv6hint$/],
    ['1 . ipv6hint=192.0.2.1', /^192.0.2.1 belongs into ipv4hint$/],
    ['1 . ipv4hint=192.0.2.1,', /^ipv4hint: "" is not an IP address/],
    ['1 . ech=AEj+DQ', /^ech: "AEj\+DQ" is not Base64/],
    ['1 . ech=!', /is not Base64/],
    ['1 . alpn="h2', /^"alpn="h2" is not a parameter, expected one such as alpn=h2,h3$/],
    ['1 . =h2', /is not a parameter/],
    ['1 . "alpn"', /is not a parameter/],
    [`1 . alpn=${'h2,'.repeat(22_000)}h2`, /^alpn has 66003 octets, the most is 65535$/],
    [`1 . key667=${'x'.repeat(65_536)}`, /^key667 has 65536 octets, the most is 65535$/],
  ];
  for (const [text, fault] of table) t.match(readHttps(text), { fault }, text.slice(0, 60));
});
