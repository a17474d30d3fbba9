/**
 * Two databases to take turns. One is the world's, so that a generation has some weight and what stays in memory is seen; by
 * the other one the clients that ask are elsewhere.
 */
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { readMmdb } from '../../src/geo/mmdb-file.js';
import { BERLIN, CHICAGO } from '../e2e/places.js';
import { writeMmdb } from '../mmdb-writer.js';

export interface SoakDatabase {
  readonly epoch: number;
  readonly bytes: Buffer;
  /** The client subnets that ask, and the mirror that is near to each. */
  readonly nearest: ReadonlyMap<string, 'berlin' | 'chicago'>;
}

/** Networks that have been in these countries for decades. */
const GERMAN = '192.109.0.0/24';
const AMERICAN = '12.0.0.0/24';

export function readDatabases(): readonly [world: SoakDatabase, exchanged: SoakDatabase] {
  const { bytes, metadata } = readMmdb(embeddedDatabasePath());
  const epoch = metadata.buildEpoch + 1;
  const entries = { [GERMAN]: CHICAGO, [AMERICAN]: BERLIN };
  return [
    {
      epoch: metadata.buildEpoch,
      bytes,
      nearest: new Map([
        [GERMAN, 'berlin'],
        [AMERICAN, 'chicago'],
      ]),
    },
    {
      epoch,
      bytes: writeMmdb({ type: 'Test-City', buildEpoch: epoch, entries }),
      nearest: new Map([
        [GERMAN, 'chicago'],
        [AMERICAN, 'berlin'],
      ]),
    },
  ];
}
