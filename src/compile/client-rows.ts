/**
 * Rows of clients that nobody asked for yet, for those who explain and foresee: worked out by the functions that workers
 * use, over a pool that has no other clients.
 */

import type { Catchments } from '../answer/catchments.js';
import { layRow } from '../answer/lay-row.js';
import { ADDRESS, poolStateWords, STANDINGS, setAddress, writePoolState } from '../answer/pool-state.js';
import { newRowDraft } from '../answer/row-draft.js';
import { newRows, partOf, ROWS_OCTETS, resetRows, rowMember, rowMembers } from '../answer/rows.js';
import type { PoolRules } from '../answer/table.js';
import { draftRow } from '../answer/work-out.js';
import { UNIT } from '../select/draw.js';
import type { Standing } from '../select/health-view.js';
import { memberRanks } from './member-order.js';
import type { Seat } from './pool-plan.js';

export interface ClientRow {
  /** Addresses in an answer. */
  readonly n: number;
  /** The largest inclusion probability that any mirror may have here, and whether it had to be raised. */
  readonly cap: number;
  readonly isRaised: boolean;
  /** How those stand who count as up. */
  readonly standing: Standing;
  /** By seat: its inclusion probability, to one part of UNIT. */
  readonly parts: Float64Array;
}

export interface RowQuestion {
  readonly owner: string;
  readonly seats: readonly Seat[];
  /** Those that there are rows of. */
  readonly catchments: Catchments;
  readonly answers: number;
  readonly maxShare: number;
  /** By address, in the order of the seats; growth 1 to 10. */
  readonly health: readonly { readonly standing: Standing; readonly growth: number }[];
  /** Which order the members have. */
  readonly epoch: number;
}

/** Works out the row of the clients of a catchment, by its number. */
export function rowsOfClients(question: RowQuestion): (catchment: number) => ClientRow {
  const { owner, seats, catchments, answers, maxShare, health, epoch } = question;
  const firstAddress = new Uint32Array(seats.length + 1);
  for (const [i, { addresses }] of seats.entries()) {
    firstAddress[i + 1] = (firstAddress[i] ?? 0) + addresses.length;
  }
  const rules: PoolRules = {
    catchments,
    answers,
    maxShare,
    ttl: 0,
    weights: Float64Array.from(seats, ({ weight }) => weight),
    // Nobody has a tail here: each mirror is to be told of.
    byWeight: new Uint32Array(0),
    firstAddress,
    stateAt: 0,
  };
  const state = new Int32Array(poolStateWords(health.length));
  const ranks = memberRanks(
    owner,
    seats.map(({ mirror }) => mirror),
    epoch,
  );
  const words = new Int32Array(health.length * ADDRESS.WORDS);
  for (const [seat, { addresses }] of seats.entries()) {
    for (let i = 0; i < addresses.length; i++) {
      const address = (firstAddress[seat] ?? 0) + i;
      const { standing = 'off', growth = 0 } = health[address] ?? {};
      setAddress(words, address, STANDINGS.indexOf(standing), growth, ranks[seat] ?? 0, 0);
    }
  }
  writePoolState(state, 0, words, false);
  const draft = newRowDraft(seats.length);
  const rows = newRows(ROWS_OCTETS);
  return (catchment) => {
    draftRow(draft, rules, state, catchment);
    resetRows(rows, 1);
    const row = layRow(draft, rows, 0, 0, rules);
    const parts = new Float64Array(seats.length);
    const members = rowMembers(rows.words, row);
    for (let i = 0; i < members; i++) {
      const drawn = rowMember(rows.words, row, members, i);
      parts[drawn < 0 ? ~drawn : firstAddress.indexOf(drawn)] = partOf(rows, row, i) / UNIT;
    }
    const { n, cap, isRaised } = draft.shares;
    return { n, cap, isRaised, standing: STANDINGS[draft.standing] ?? 'up', parts };
  };
}
