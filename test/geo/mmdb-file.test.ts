import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { kindOfType, mmdbOfBytes, readMetadata, readMmdb } from '../../src/geo/mmdb-file.js';
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';

const entries = { '192.0.2.0/24': { country_code: 'DE' } };
const invalid = (message: RegExp) => ({ code: 'DATABASE_INVALID', message });

t.test('metadata of every record size and version', async (t) => {
  for (const ipVersion of [4, 6] as const) {
    for (const recordSize of [24, 28, 32] as const) {
      const bytes = writeMmdb({ type: 'X-City', ipVersion, recordSize, entries, buildEpoch: 1_600_000_000 });
      t.match(mmdbOfBytes('x.mmdb', bytes).metadata, {
        type: 'X-City',
        ipVersion,
        recordSize,
        buildEpoch: 1_600_000_000,
        nodeCount: ipVersion === 4 ? 24 : 120,
      });
    }
  }
});

t.test('the metadata of a large file is read from its end alone', async (t) => {
  const many: Record<string, MmdbValue> = {};
  for (let i = 0; i < 6000; i++) many[`10.${i >> 8}.${i & 255}.0/24`] = { city: `City number ${i}`, x: i };
  const bytes = writeMmdb({ type: 'X-City', ipVersion: 4, entries: many });
  t.ok(bytes.length > 140_000, 'larger than the part that is read');
  const path = join(t.testdir({ 'x.mmdb': bytes }), 'x.mmdb');
  t.strictSame(readMetadata(path), readMmdb(path).metadata);
});

t.test('metadata that does not hold together is refused', async (t) => {
  const refused = (metadata: Record<string, MmdbValue>, message: RegExp): void => {
    const bytes = writeMmdb({ type: 'X-City', entries, metadata });
    t.throws(() => mmdbOfBytes('/d/x.mmdb', bytes), invalid(message), String(message));
  };
  refused({ binary_format_major_version: 3 }, /^\/d\/x\.mmdb: .*binary_format_major_version/);
  refused({ node_count: 0 }, /node_count/);
  refused({ node_count: 'many' }, /node_count/);
  refused({ node_count: 100_000 }, /cut off, 100000 nodes do not fit/);
  refused({ record_size: 26 }, /record_size is not 24, 28 or 32/);
  refused({ record_size: -24 }, /record_size/);
  refused({ ip_version: 5 }, /ip_version is not 4 or 6/);
  refused({ database_type: 7 }, /database_type/);
  refused({ database_type: '' }, /database_type/);
  refused({ build_epoch: 2n ** 63n }, /build_epoch/);
});

t.test('what is no database is refused', async (t) => {
  const dir = t.testdir({ empty: '', text: 'not a database', folder: {} });
  for (const read of [readMmdb, readMetadata]) {
    t.throws(() => read(join(dir, 'missing')), invalid(/missing: can't be read: ENOENT/));
    t.throws(() => read(join(dir, 'folder')), invalid(/folder: can't be read: this is not a file/));
    t.throws(() => read(join(dir, 'empty')), invalid(/empty: not a MaxMind DB file/));
    t.throws(() => read(join(dir, 'text')), invalid(/text: not a MaxMind DB file/));
  }
});

t.test('a file cut anywhere is refused when its metadata is read', async (t) => {
  const bytes = writeMmdb({ type: 'X-City', entries });
  for (let length = 0; length < bytes.length; length += 7) {
    t.throws(
      () => mmdbOfBytes('x', bytes.subarray(0, length)),
      { code: 'DATABASE_INVALID' },
      `${length} bytes`,
    );
  }
});

t.test('metadata nested without end is refused', async (t) => {
  const nested = (levels: number): MmdbValue => (levels === 0 ? 'x' : { a: nested(levels - 1) });
  const bytes = writeMmdb({ type: 'X-City', entries, metadata: { description: nested(100) } });
  t.throws(() => mmdbOfBytes('x', bytes), invalid(/nested more than 64 deep/));
});

t.test('the kind follows from the type', async (t) => {
  for (const type of ['GeoLite2-ASN', 'GeoIP2-ISP', 'asn ipv4', 'DBIP-ASN-Lite'])
    t.equal(kindOfType(type), 'asn', type);
  for (const type of [
    'GeoLite2-City',
    'GeoLite2-Country',
    'country ipvAll',
    'city ipv6',
    'GeoIP2-Enterprise',
  ]) {
    t.equal(kindOfType(type), 'location', type);
  }
});

t.test('a database at the very end of a buffer pool is read right', async (t) => {
  const bytes = writeMmdb({ type: 'X-City', entries });
  const padded = Buffer.concat([Buffer.alloc(13, 0xab), bytes]);
  const path = join(t.testdir({ x: bytes }), 'x');
  t.strictSame(mmdbOfBytes('x', padded.subarray(13)).metadata, readMetadata(path));
  t.strictSame(readFileSync(path), bytes);
});
