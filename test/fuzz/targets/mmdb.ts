/**
 * Databases: a file that was cut, damaged or made to do harm. It is refused with DATABASE_INVALID, or all of it can be
 * read and every look-up in it answered.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseOf } from '../../../src/geo/database.js';
import { mmdbOfBytes, readMetadata } from '../../../src/geo/mmdb-file.js';
import { scanAsnsOf, scanLocationsOf } from '../../../src/geo/scan.js';
import { verifyDatabase } from '../../../src/geo/verify.js';
import { parseAddress } from '../../../src/ip/address.js';
import { GeopoolError } from '../../../src/platform/errors.js';
import { type MmdbContent, writeMmdb } from '../../mmdb-writer.js';
import { type Target, textOctets } from '../target.js';

const LOOKED_UP = ['5.1.2.3', '192.0.2.1', '::1', '2001:db8::1', '2002:501:203::', '::ffff:5.1.2.3'].flatMap(
  (text) => parseAddress(text) ?? [],
);

export function openMmdbTarget(): Target {
  const directory = mkdtempSync(join(tmpdir(), 'geopool-fuzz-'));
  const path = join(directory, 'x.mmdb');
  return {
    maxLength: 12_000,
    seeds: CONTENTS.map((content) => new Uint8Array(writeMmdb(content))),
    dictionary: WORDS,
    take(input) {
      writeFileSync(path, input);
      const verified = outcome(() => verifyDatabase(path));
      outcome(() => readMetadata(path));
      // What was found good once is read without being verified again, whatever became of it.
      const read = outcome(() => {
        const file = mmdbOfBytes(path, Buffer.from(input));
        const faults = [() => scanLocationsOf(file), () => scanAsnsOf(file)].map(outcome);
        const database = databaseOf(file);
        for (const address of LOOKED_UP) {
          outcome(() => database.locate(address));
          outcome(() => database.asnOf(address));
        }
        if (verified === 'sound' && faults.some((fault) => fault !== 'sound')) {
          throw new Error(`verified, but ${faults.join(', ')}`);
        }
      });
      return `${verified}, ${read === 'sound' ? 'opens' : 'does not open'}`;
    },
    close: async () => rmSync(directory, { recursive: true }),
  };
}

/** What comes of a step; throws for any error but the one that says that a database is not sound. */
function outcome(step: () => unknown): string {
  try {
    step();
    return 'sound';
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'DATABASE_INVALID' && !error.message.includes('\n')) {
      return 'refused';
    }
    throw error;
  }
}

const NESTED = {
  city: { names: { en: 'Boxford' } },
  country: { iso_code: 'GB', names: { en: 'United Kingdom' } },
  location: { latitude: 51.75, longitude: -1.25, time_zone: 'Europe/London' },
  subdivisions: [{ iso_code: 'ENG' }],
};
const CONTENTS: readonly MmdbContent[] = [
  { type: 'GeoLite2-City', aliases: true, entries: { '5.0.0.0/8': NESTED, '2001:db8::/32': NESTED } },
  { type: 'flat', ipVersion: 4, entries: { '5.0.0.0/8': { country_code: 'DE' } } },
  { type: 'flat', entries: { '5.0.0.0/8': { country_code: 'DE', latitude: '52.5', longitude: 13.4 } } },
  { type: 'GeoLite2-ASN', entries: { '5.0.0.0/8': { autonomous_system_number: 64_500 } } },
];

const WORDS = [
  ...[
    'country',
    'location',
    'country_code',
    'latitude',
    'iso_code',
    'node_count',
    'record_size',
    'ip_version',
  ],
  ...['database_type', 'binary_format_major_version', 'build_epoch', 'autonomous_system_number', 'DE'],
]
  .map(textOctets)
  .concat([
    new Uint8Array(Buffer.from('abcdef4d61784d696e642e636f6d', 'hex')),
    // Maps, arrays, texts and octets of many entries; pointers of each size, to the start and to themselves.
    ...[
      [0xff, 0xff, 0xff],
      [0x1f, 0x04, 0xff, 0xff, 0xff],
      [0x5f, 0xff, 0xff, 0xff],
      [0x9f, 0xff, 0xff, 0xff],
      [0x20, 0x00],
      [0x28, 0x00, 0x00],
      [0x30, 0x00, 0x00, 0x00],
      [0x38, 0x00, 0x00, 0x00, 0x00],
      [0xe1],
      [0xe0],
      [0x01, 0x04],
      [0x00, 0x07],
    ].map((bytes) => Uint8Array.from(bytes)),
  ]);
