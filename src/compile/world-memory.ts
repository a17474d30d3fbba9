/**
 * The tables of a world, laid out in one piece of memory, so that a later world can be laid out in the same piece. Dropping
 * shared memory frees nothing: it stays until every thread has collected its garbage. A thread that answers makes no garbage
 * and never collects, and V8 does not count shared memory when it decides to collect. With each world in new memory, a
 * server grew by 14 MB a reload.
 */
import type { LocationMap, PoolTable } from '../answer/table.js';
import type { LiveWorld } from './compiler.js';

/** Each array starts on a cache line, if the memory does. */
const LINE = 64;
/** New memory has room for a world that is larger by this factor. */
const GROWTH = 1.25;

/** Lays the tables into `spare` if they fit, otherwise into new memory from `take`. No thread may be reading `spare`. */
export function layTogether(
  live: Omit<LiveWorld, 'memory'>,
  spare?: SharedArrayBuffer,
  take: (octets: number) => SharedArrayBuffer = (octets) => new SharedArrayBuffer(octets),
): LiveWorld {
  const { world, pools, state, reflection } = live;
  const { names } = world;
  const places = new Map<ArrayBufferLike, number>();
  let end = 0;
  for (const buffer of buffersOf([names, pools, state, reflection])) {
    places.set(buffer, end);
    end += Math.ceil(buffer.byteLength / LINE) * LINE;
  }
  const memory = spare !== undefined && spare.byteLength >= end ? spare : take(Math.ceil(end * GROWTH));
  for (const [buffer, place] of places) new Uint8Array(memory).set(new Uint8Array(buffer), place);
  const placeOf = ({ buffer, byteOffset }: ArrayBufferView): number => (places.get(buffer) ?? 0) + byteOffset;
  // Pools that shared an array still share it: answering tells their maps apart by object identity.
  const int32 = eachOnce<Int32Array>((own) => new Int32Array(memory, placeOf(own), own.length));
  const uint8 = eachOnce<Uint8Array>((own) => new Uint8Array(memory, placeOf(own), own.length));
  const int16 = eachOnce<Int16Array>((own) => new Int16Array(memory, placeOf(own), own.length));
  const uint32 = eachOnce<Uint32Array>((own) => new Uint32Array(memory, placeOf(own), own.length));
  const float64 = eachOnce<Float64Array>((own) => new Float64Array(memory, placeOf(own), own.length));
  const octets = eachOnce<DataView>((own) => new DataView(memory, placeOf(own), own.byteLength));
  const catchments = eachOnce<PoolTable['catchments']>((own) => ({
    ...own,
    starts: uint32(own.starts),
    words: uint32(own.words),
  }));
  const mapIn = ({
    map,
    ipv6Root,
    firstLevel,
    firstLevelBits,
    cells,
    uniform,
    strides,
    scopes,
  }: LocationMap): LocationMap => ({
    map: int32(map),
    ipv6Root,
    firstLevel: int32(firstLevel),
    firstLevelBits,
    cells: cells instanceof Int16Array ? int16(cells) : int32(cells),
    uniform: int32(uniform),
    strides: int32(strides),
    scopes: uint8(scopes),
  });
  return {
    ...(reflection !== undefined && {
      reflection: {
        countries: mapIn(reflection.countries),
        ...(reflection.asns !== undefined && {
          asns: { map: mapIn(reflection.asns.map), numbers: uint32(reflection.asns.numbers) },
        }),
      },
    }),
    world: {
      ...world,
      names: {
        names: {
          octets: octets(names.names.octets),
          slots: int32(names.names.slots),
          nodes: int32(names.names.nodes),
        },
        answers: int32(names.answers),
        pointers: int32(names.pointers),
        bodies: octets(names.bodies),
        signedFrom: names.signedFrom,
        proofs: int32(names.proofs),
      },
    },
    pools: pools.map((pool) => ({
      ...pool,
      ...mapIn(pool),
      catchments: catchments(pool.catchments),
      weights: float64(pool.weights),
      byWeight: uint32(pool.byWeight),
      firstAddress: uint32(pool.firstAddress),
      addresses: octets(pool.addresses),
    })),
    state: int32(state),
    memory,
  };
}

/** The distinct buffers that the arrays in a structure use. */
export function buffersOf(value: unknown, found = new Set<ArrayBufferLike>()): ReadonlySet<ArrayBufferLike> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) buffersOf(each, found);
  return found;
}

/** Calls `make` once for each object that it is asked for. */
function eachOnce<T extends object>(make: (own: T) => T): (own: T) => T {
  const made = new Map<T, T>();
  return (own) => {
    const known = made.get(own) ?? make(own);
    made.set(own, known);
    return known;
  };
}
