/**
 * A pool's order as selection uses it: which entry of which list each of its candidates is in. Lists that are the same for
 * these candidates are merged.
 */
import type { Prefix } from '../ip/prefix.js';
import { NO_ENTRY, type Order, type OrderMatch } from '../select/order.js';
import type { Mirror, OrderList, PoolOrder } from '../zone/model.js';

export interface OrderPlan {
  readonly order: Order;
  /** By candidate and list. */
  readonly entries: readonly (readonly number[])[];
}

/** Plans the order of a pool with these mirrors. `idOf` returns the id of a network. */
export function planOrder(
  { name, others, lists }: PoolOrder,
  members: readonly Mirror[],
  idOf: (network: Prefix) => number,
): OrderPlan {
  const numbers = new Map<string, number>();
  const distinct: (readonly number[])[] = [];
  const matches = [...lists]
    .sort((a, b) => lengthOf(b) - lengthOf(a))
    .map((list): OrderMatch => {
      const entries = entriesIn(list, members);
      const key = entries.join();
      const number = numbers.get(key) ?? distinct.push(entries) - 1;
      numbers.set(key, number);
      switch (list.by) {
        case 'networks':
          return { by: list.by, key: idOf(list.key), list: number };
        case 'asn':
          return { by: list.by, key: list.key, list: number };
        case 'default':
          return { by: list.by, key: '', list: number };
        default:
          return { by: list.by, key: list.key, list: number };
      }
    });
  return {
    order: { name, others, matches },
    entries: members.map((_, member) => distinct.map((entries) => entries[member] ?? NO_ENTRY)),
  };
}

/** By member: the entry that it is in. Entries without any of these members are not counted. */
function entriesIn({ entries }: OrderList, members: readonly Mirror[]): readonly number[] {
  const names = new Set(members.map(({ name }) => name));
  const there = entries.filter((mirrors) => mirrors.some((mirror) => names.has(mirror)));
  const entryOf = new Map(
    there.flatMap((mirrors, entry) => mirrors.map((mirror) => [mirror, entry] as const)),
  );
  return members.map(({ name }) => entryOf.get(name) ?? NO_ENTRY);
}

function lengthOf(list: OrderList): number {
  return list.by === 'networks' ? list.key.length : 0;
}
