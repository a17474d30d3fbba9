/** Pools of one catchment for tests of rows: how they are worked out, and what each mirror has of them. */

import { layRow } from '../../src/answer/lay-row.js';
import {
  ADDRESS,
  ADDRESS_STATES,
  poolStateWords,
  setAddress,
  writePoolState,
} from '../../src/answer/pool-state.js';
import { newRowDraft, type RowDraft } from '../../src/answer/row-draft.js';
import { newRows, partOf, ROW, type Rows, resetRows } from '../../src/answer/rows.js';
import { PANIC_ACTIONS, type PoolRules } from '../../src/answer/table.js';
import { newTail, type Tail, tailMember } from '../../src/answer/tail.js';
import { draftRow } from '../../src/answer/work-out.js';
import { createCatchmentStore } from '../../src/compile/map/catchment-store.js';
import type { PanicAction } from '../../src/platform/types.js';
import type { Band, Tier } from '../../src/select/band-list.js';
import { UNIT } from '../../src/select/draw.js';
import type { AddressState } from '../../src/select/health-view.js';

/** So many addresses that are all up. */
export const up = (count: number): AddressState[] => new Array<AddressState>(count).fill('up');
export const band = (members: readonly number[], tier: Tier = 'near'): Band => ({ tier, members });

export interface PoolQuestion {
  /** The last of them is the last band; candidates in none are barred. */
  readonly bands: readonly Band[];
  readonly weights: readonly number[];
  readonly answers: number;
  readonly maxShare: number;
  /** Default: answer. */
  readonly panic?: PanicAction;
  readonly state: readonly AddressState[];
  readonly growth?: readonly number[];
  readonly factors?: readonly number[];
  /** By candidate; default 60. */
  readonly ttls?: readonly number[];
  /** By candidate, its place in the order; default its number. */
  readonly ranks?: readonly number[];
  /** By candidate; default 1 each. */
  readonly addresses?: readonly number[];
  /** Whether the last band is a tail; default false. */
  readonly hasTail?: boolean;
}

export interface OnePool {
  readonly rules: PoolRules;
  readonly state: Int32Array;
  readonly draft: RowDraft;
  readonly rows: Rows;
  readonly tail: Tail | undefined;
  /** Says how all stand from now on. */
  stand(said: Partial<PoolQuestion>): void;
  /** Works the row out; gives where it is. */
  row(): number;
  /** By candidate, its part of UNIT in the row as it is. */
  parts(): number[];
}

export function onePool(question: PoolQuestion): OnePool {
  const { bands, weights, answers, maxShare, addresses = weights.map(() => 1) } = question;
  const store = createCatchmentStore(weights.length);
  // Backups follow the last band of the others.
  const others = bands.filter(({ tier }) => tier !== 'backup');
  const backups = bands.filter(({ tier }) => tier === 'backup');
  const listed = [...others.slice(0, -1), ...backups];
  const last = others.at(-1);
  const inBands = bands.flatMap(({ members }) => [...members]);
  const barred = weights.flatMap((_, i) => (inBands.includes(i) ? [] : [i]));
  store.add({
    tiers: listed.map(({ tier }) => tier),
    sizes: listed.map(({ members }) => members.length),
    members: Uint32Array.from([...listed.flatMap(({ members }) => [...members]), ...barred]),
    ...(last !== undefined && { rest: last.tier }),
  });
  const firstAddress = new Uint32Array(weights.length + 1);
  for (const [i, count] of addresses.entries()) firstAddress[i + 1] = (firstAddress[i] ?? 0) + count;
  const rules: PoolRules = {
    catchments: store.all(),
    answers,
    maxShare,
    panic: PANIC_ACTIONS.indexOf(question.panic ?? 'answer'),
    ttl: 60,
    weights: Float64Array.from(weights),
    byWeight: Uint32Array.from([...weights.keys()].sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0))),
    firstAddress,
    stateAt: 0,
  };
  const count = firstAddress.at(-1) ?? 0;
  const state = new Int32Array(new SharedArrayBuffer(poolStateWords(count) * 4));
  const rows = newRows(1 << 22);
  resetRows(rows, 1);
  const draft = newRowDraft(weights.length);
  const tail = question.hasTail ? newTail(weights.length) : undefined;
  let said = question;
  const stand: OnePool['stand'] = (more) => {
    said = { ...said, ...more };
    const { state: states, growth, ttls, ranks, factors } = said;
    const words = new Int32Array(count * ADDRESS.WORDS);
    let address = 0;
    for (const [candidate, own] of addresses.entries()) {
      for (let i = 0; i < own; i++, address++) {
        setAddress(
          words,
          address,
          ADDRESS_STATES.indexOf(states[address] ?? 'off'),
          growth?.[address] ?? 10,
          ranks?.[candidate] ?? candidate,
          ttls?.[candidate] ?? 60,
          factors?.[candidate],
        );
      }
    }
    writePoolState(state, 0, words, false);
  };
  stand({});
  const rowAt = (): number => rows.at[0] ?? 0;
  return {
    rules,
    state,
    draft,
    rows,
    tail,
    stand,
    row() {
      draftRow(draft, rules, state, 0, tail);
      return layRow(draft, rows, rowAt(), 0, rules, tail);
    },
    parts() {
      const row = rowAt();
      const word = (which: number): number => rows.words[row + which] ?? 0;
      const parts = weights.map(() => 0);
      const members = word(ROW.MEMBERS);
      for (let i = 0; i < members; i++) {
        const drawn = word(ROW.PAIRS + 2 * i + 1);
        parts[drawn < 0 ? ~drawn : firstAddress.indexOf(drawn)] = partOf(rows, row, i);
      }
      const units = word(ROW.TAIL) >>> 0;
      if (tail === undefined || units === 0) return parts;
      // Where one member ends and the next begins, by halving: members follow each other.
      for (let at = 0; at < units; ) {
        const member = tailMember(tail, rows.words, row, at);
        let low = at;
        let high = units;
        while (low + 1 < high) {
          const middle = Math.floor((low + high) / 2);
          if (tailMember(tail, rows.words, row, middle) === member) low = middle;
          else high = middle;
        }
        parts[member] = (parts[member] ?? 0) + high - at;
        at = high;
      }
      return parts;
    },
  };
}

/** What a selection comes to, asked as the oracle is. */
export function selectFrom(question: PoolQuestion): {
  readonly n: number;
  readonly cap: number;
  readonly panic: boolean;
  readonly probability: number[];
} {
  const pool = onePool(question);
  pool.row();
  const { shares, state } = pool.draft;
  const probability = pool.parts().map((part) => part / UNIT);
  return { n: shares.n, cap: shares.cap, panic: ADDRESS_STATES[state] !== 'up', probability };
}
