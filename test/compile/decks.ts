/** Pools without zones for tests of dealing, and their decks as lists of cards. */
import { DECK, type PoolTable } from '../../src/answer/table.js';
import { type Catchments, createCatchmentStore } from '../../src/compile/catchment-store.js';
import type { Geography } from '../../src/compile/geography.js';
import { layOutMap } from '../../src/compile/map-table.js';
import type { PoolPlan } from '../../src/compile/pool-plan.js';
import { parseAddress } from '../../src/ip/address.js';
import { leaf, treeOfPrefixes } from '../../src/ip/prefix-tree.js';
import type { Band } from '../../src/select/bands.js';
import type { Standing } from '../../src/select/health-view.js';

/** A geography with these catchments; the map leads everybody to the first. */
export function geographyOf(catchments: readonly (readonly Band[])[]): Geography {
  return {
    table: layOutMap({ ...treeOfPrefixes([]).tree, ipv4: leaf(0), ipv6: leaf(0) }),
    catchments: catchmentsOf(catchments),
  };
}

/** These catchments as they are stored, equal ones as often as they are there. */
export function catchmentsOf(lists: readonly (readonly Band[])[]): Catchments {
  const candidates = 1 + Math.max(-1, ...lists.flat().flatMap(({ members }) => [...members]));
  const each = lists.map((bands) => {
    const store = createCatchmentStore(candidates);
    const inBands = bands.flatMap(({ members }) => [...members]);
    const others = Array.from({ length: candidates }, (_, i) => i).filter((i) => !inBands.includes(i));
    store.add({
      tiers: bands.map(({ tier }) => tier),
      sizes: bands.map(({ members }) => members.length),
      members: Uint32Array.from([...inBands, ...others]),
    });
    return [...store.all().words];
  });
  const starts = [0];
  for (const { length } of each) starts.push((starts.at(-1) ?? 0) + length);
  return { candidates, starts: Uint32Array.from(starts), words: Uint32Array.from(each.flat()) };
}

/** A plan with seats of these weights, one address each unless it says more. */
export function planOf(
  seats: readonly { readonly weight: number; readonly addresses?: number }[],
  more: Partial<PoolPlan> = {},
): PoolPlan {
  let next = 1;
  return {
    zone: 'example.org',
    owner: 'dl.example.org',
    family: 'ipv4',
    answers: 3,
    maxShare: 1,
    panicThreshold: 0.2,
    ttl: 60,
    ttlMin: 60,
    slowStart: 0,
    geography: 0,
    seats: seats.map(({ weight, addresses = 1 }, i) => ({
      mirror: `m${i}`,
      weight,
      addresses: Array.from({ length: addresses }, () => {
        const address = parseAddress(`192.0.2.${next++}`);
        if (address === null) throw new Error('too many addresses');
        return address;
      }),
    })),
    ...more,
  };
}

/** One catchment that sees all mirrors alike. */
export const oneBand = (count: number): readonly (readonly Band[])[] => [
  [{ tier: 'near', members: Array.from({ length: count }, (_, i) => i) }],
];
export const up = (count: number): Standing[] => new Array<Standing>(count).fill('up');

/** The cards of a catchment's deck, each a list of record numbers. */
export function cardsOf({ deckOf, decks, cards }: PoolTable, catchment: number): number[][] {
  const deck = (deckOf[catchment] ?? 0) * DECK.WORDS;
  const [first = 0, count = 0, size = 0] = decks.subarray(deck, deck + DECK.WORDS);
  return Array.from({ length: count }, (_, i) => [
    ...cards.subarray(first + i * size, first + (i + 1) * size),
  ]);
}

export function textOf(table: PoolTable, catchment: number): string {
  return cardsOf(table, catchment).join('/');
}

/** How many of the cards hold each record. */
export function countsOf(cards: readonly (readonly number[])[], records: number): number[] {
  const counts = new Array<number>(records).fill(0);
  for (const record of cards.flat()) counts[record] = (counts[record] ?? 0) + 1;
  return counts;
}
