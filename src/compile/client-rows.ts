/**
 * Rows of clients that have not asked yet, for explanations and forecasts. They are worked out by the functions that workers
 * use, over a pool with no other clients.
 */

import type { Catchments } from '../answer/catchments.js';
import { layRow } from '../answer/lay-row.js';
import { ADDRESS, ADDRESS_STATES, poolStateWords, setAddress, writePoolState } from '../answer/pool-state.js';
import { newRowDraft } from '../answer/row-draft.js';
import {
  FAILED,
  newRows,
  partOf,
  REFUSED,
  ROWS_OCTETS,
  resetRows,
  rowMember,
  rowMembers,
} from '../answer/rows.js';
import { PANIC_ACTIONS, type PoolRules } from '../answer/table.js';
import { draftRow } from '../answer/work-out.js';
import type { PanicAction } from '../platform/types.js';
import { UNIT } from '../select/draw.js';
import type { AddressState } from '../select/health-view.js';
import { memberRanks } from './member-order.js';
import type { PoolMember } from './pool-plan.js';

export interface ClientRow {
  /** Addresses in an answer. */
  readonly n: number;
  /** The answer is SERVFAIL, since all mirrors that could be answered are down. */
  readonly isFailed: boolean;
  /** These clients are refused. */
  readonly isRefused: boolean;
  /** The largest inclusion probability that any mirror may have here, and whether it had to be raised. */
  readonly cap: number;
  readonly isRaised: boolean;
  /** The state of the addresses that count as up. */
  readonly state: AddressState;
  /** By member: its inclusion probability, to one part of UNIT. */
  readonly parts: Float64Array;
}

export interface RowQuestion {
  readonly owner: string;
  readonly members: readonly PoolMember[];
  /** The catchments that rows can be asked for. */
  readonly catchments: Catchments;
  readonly answers: number;
  readonly maxShare: number;
  readonly panic: PanicAction;
  /** By address, in the order of the members; growth 1 to 10, factor above 0, at most 1 and by default. */
  readonly health: readonly {
    readonly state: AddressState;
    readonly growth: number;
    readonly factor?: number;
  }[];
  /** The epoch of the members' order (member-order.ts). */
  readonly epoch: number;
}

/** What a pool's rows are worked out from: its rules, and the state of its addresses, as `setAddress` writes it. */
export function rowInputs(question: RowQuestion): { readonly rules: PoolRules; readonly words: Int32Array } {
  const { owner, members, catchments, answers, maxShare, panic, health, epoch } = question;
  const firstAddress = new Uint32Array(members.length + 1);
  for (const [i, { addresses }] of members.entries()) {
    firstAddress[i + 1] = (firstAddress[i] ?? 0) + addresses.length;
  }
  const rules: PoolRules = {
    catchments,
    answers,
    maxShare,
    panic: PANIC_ACTIONS.indexOf(panic),
    ttl: 0,
    weights: Float64Array.from(members, ({ weight }) => weight),
    // No row has a tail here, since each mirror must be reported.
    byWeight: new Uint32Array(0),
    firstAddress,
    stateAt: 0,
  };
  const ranks = memberRanks(
    owner,
    members.map(({ mirror }) => mirror),
    epoch,
  );
  const words = new Int32Array(health.length * ADDRESS.WORDS);
  for (const [member, { addresses }] of members.entries()) {
    for (let i = 0; i < addresses.length; i++) {
      const address = (firstAddress[member] ?? 0) + i;
      const { state = 'off', growth = 0, factor } = health[address] ?? {};
      setAddress(words, address, ADDRESS_STATES.indexOf(state), growth, ranks[member] ?? 0, 0, factor);
    }
  }
  return { rules, words };
}

/** Works out the row of the clients of a catchment, by its number. */
export function rowsOfClients(question: RowQuestion): (catchment: number) => ClientRow {
  const { members, health } = question;
  const { rules, words } = rowInputs(question);
  const { firstAddress } = rules;
  const state = new Int32Array(poolStateWords(health.length));
  writePoolState(state, 0, words, false);
  const draft = newRowDraft(members.length);
  const rows = newRows(ROWS_OCTETS);
  return (catchment) => {
    draftRow(draft, rules, state, catchment);
    resetRows(rows, 1);
    const row = layRow(draft, rows, 0, 0, rules);
    const parts = new Float64Array(members.length);
    const count = rowMembers(rows.words, row);
    for (let i = 0; i < count; i++) {
      const drawn = rowMember(rows.words, row, i);
      parts[drawn < 0 ? ~drawn : firstAddress.indexOf(drawn)] = partOf(rows, row, i) / UNIT;
    }
    const { n, cap, isRaised } = draft.shares;
    return {
      n: Math.max(0, n),
      isFailed: n === FAILED,
      isRefused: n === REFUSED,
      cap,
      isRaised,
      state: ADDRESS_STATES[draft.state] ?? 'up',
      parts,
    };
  };
}
