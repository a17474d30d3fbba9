/**
 * The row of a catchment: the existing one, if nothing that it depends on has changed since, else one that is worked out
 * now.
 */
import { layRow } from './lay-row.js';
import { poolRows, poolStateAt } from './pool-index.js';
import { stateVersion } from './pool-state.js';
import type { Responder } from './responder.js';
import { isOld, renewRow, rowVersion, usedOctets } from './rows.js';
import { count, TALLY } from './tally.js';
import { draftRow, stillHolds } from './work-out.js';

/** Where the row of a catchment of a pool is; -1 if the memory cannot hold it. `record` is that of the pool. */
export function findRow(responder: Responder, pool: number, record: number, catchment: number): number {
  const { pools, rows, table, tally } = responder;
  const { records, tables } = pools;
  const owner = poolRows(records, record) + catchment;
  const row = rows.at[owner] ?? 0;
  if (row > 0 && rowVersion(rows.words, row) === stateVersion(table.state, poolStateAt(records, record)))
    return isOld(rows, row) ? renewRow(rows, row) : row;
  const rules = tables[pool];
  if (rules === undefined) return -1;
  if (row > 0 && stillHolds(rows, row, rules, table.state, catchment))
    return isOld(rows, row) ? renewRow(rows, row) : row;
  const tail = pools.tails[pool];
  draftRow(pools.draft, rules, table.state, catchment, tail);
  const laid = layRow(pools.draft, rows, row, owner, rules, tail);
  count(tally, TALLY.ROWS_WORKED_OUT);
  tally[TALLY.ROWS_OVERWRITTEN] = rows.overwritten;
  tally[TALLY.ROWS_OCTETS] = usedOctets(rows);
  return laid;
}
