/**
 * Zone files: texts that somebody wrote, cut off, or merged badly. Whatever is in one, what comes of it is a zone or
 * faults with places inside the file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFault } from '../../../src/zone/faults.js';
import { parseZone } from '../../../src/zone/parse-zone.js';
import { type Target, textOctets } from '../target.js';

export function openZoneTarget(): Target {
  return {
    maxLength: 6000,
    seeds: [...zonesIn('zones'), ...zonesIn(join('test', 'fixtures', 'zones')), textOctets(SMALL)],
    dictionary: WORDS.map(textOctets),
    take(input) {
      const text = Buffer.from(input).toString('utf8');
      const parsed = parseZone(text, 'z.yaml');
      if (!('faults' in parsed)) return 'a zone';
      const { faults } = parsed;
      if (faults.length === 0) throw new Error('neither a zone nor a fault');
      const lines = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
      for (const { line, column, message, file } of faults) {
        const said = formatFault({ file, line, column, message });
        if (!(line >= 1 && line <= lines.length + 1 && column >= 1)) throw new Error(`nowhere: ${said}`);
        if (message === '' || /\n\s+at /.test(message)) throw new Error(`no message: ${said}`);
        if (/\[object |\bundefined\b|\bNaN\b/.test(message) && !/\[object |undefined|NaN/.test(text)) {
          throw new Error(`not for people: ${said}`);
        }
      }
      return faults.length === 1 ? 'one fault' : 'several faults';
    },
  };
}

function zonesIn(directory: string): Uint8Array[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => textOctets(readFileSync(join(directory, file), 'utf8')));
}

const SMALL = `zone: a.example
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { m: { addresses: [192.0.2.1] } }
`;

const WORDS = [
  ...['zone: ', 'ns: ', 'soa: ', 'ttl: ', 'pools:', 'mirrors:', 'records:', 'addresses: ', 'weight: '],
  ...[
    'location: ',
    'country: DE',
    'latitude: ',
    'longitude: ',
    'asn: [1]',
    'networks: ',
    'probe: ',
    'type: ',
  ],
  ...[
    '"@": ',
    '"*": ',
    'CNAME: ',
    'TXT: ',
    'A: ',
    'AAAA: ',
    'MX: ',
    'SRV: ',
    'CAA: ',
    'HTTPS: ',
    '1 . alpn=h2,h3 ',
    'mandatory=key667 ',
    '"a" "b"',
    'TYPE65280: ',
    '\\# 4 ',
  ],
  ...[
    '30s',
    '5m',
    '.inf',
    '.nan',
    '-1',
    '0x10',
    '1e400',
    '~',
    'null',
    'true',
    '2026-01-01',
    '!!binary ',
    '!x ',
  ],
  ...['&a ', '*a', '<<: *a', '? ', '- ', ': ', '\n', '\n  ', '\n    ', '\t', '---\n', '...\n', '|\n', '>-\n'],
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '%YAML 1.2\n',
    '\u0000',
    '\ufeff',
    '\u2028',
    '__proto__: ',
    'constructor: ',
  ],
  ...[
    '192.0.2.1',
    '"2001:db8::1"',
    '198.51.100.0/24',
    'xn--',
    'a'.repeat(64),
    'a.example',
    '999999999999999999999',
  ],
];
