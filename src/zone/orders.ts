/**
 * The orders of a zone: the clients that each of their lists is for, and the mirrors in it.
 */
import { CONTINENTS } from '../platform/continents.js';
import { isSubdivision } from '../platform/countries.js';
import { readNetwork } from './addresses.js';
import { MAX_ASN } from './client-rules.js';
import { readCountry } from './countries.js';
import type { FaultList } from './faults.js';
import { isGlob } from './mirror-glob.js';
import { mirrorsMeant } from './mirror-names.js';
import type { OrderClients, OrderList, PoolOrder, StatedOrder } from './model.js';
import type { OrderDraft, OrderListDraft } from './order-schema.js';
import { hintAt } from './suggest.js';
import { isTextFault, type TextFault } from './text-fault.js';
import type { Path } from './tree.js';

type Keyed = Exclude<OrderClients['by'], 'default'>;

const KEYED: readonly Keyed[] = ['continents', 'countries', 'subdivisions', 'asn', 'networks'];

/** The orders in the order of the file. Faults go to `faults`. */
export function ordersOf(
  drafts: Readonly<Record<string, OrderDraft>>,
  faults: FaultList,
): readonly StatedOrder[] {
  return Object.entries(drafts).map(([name, draft]) => {
    const path = ['orders', name];
    const lists = KEYED.flatMap((by) => listsBy(by, draft[by] ?? {}, path, faults));
    if (draft.default !== undefined)
      lists.push({ by: 'default', entries: entriesOf(draft.default, [...path, 'default'], faults) });
    if (lists.length === 0 && !faults.isFaulty(path)) {
      faults.atKey(path, `the order "${name}" has no lists: write default: [MIRROR, ...], or leave it out`);
    }
    return { name, lists };
  });
}

/** The order of the pool at `path`. Undefined if it names none, or one that does not exist. */
export function poolOrderOf(
  { order: name, others }: { readonly order?: string | undefined; readonly others: PoolOrder['others'] },
  path: Path,
  orders: readonly StatedOrder[],
  faults: FaultList,
): PoolOrder | undefined {
  if (name === undefined) {
    if (faults.has([...path, 'others']) && !faults.has([...path, 'order'])) {
      faults.atKey([...path, 'others'], '"others" without "order": name one, or leave it out');
    }
    return undefined;
  }
  const known = faults.keysAt(['orders']);
  if (!known.includes(name)) {
    faults.atValue([...path, 'order'], `"${name}" is not an order of this zone${hintAt(name, known)}`);
  }
  const order = orders.find((one) => one.name === name);
  return order && { ...order, others };
}

function listsBy(
  by: Keyed,
  drafts: Readonly<Record<string, OrderListDraft>>,
  order: Path,
  faults: FaultList,
): readonly OrderList[] {
  const seen = new Map<string, Path>();
  return Object.entries(drafts).flatMap(([text, draft]): OrderList[] => {
    const path = [...order, by, text];
    const clients = clientsOf(by, text);
    if (isTextFault(clients)) {
      faults.atKey(path, clients.fault);
      return [];
    }
    if (clients.by === 'networks') {
      const before = seen.get(clients.key.text);
      if (before === undefined) seen.set(clients.key.text, path);
      else {
        const { line } = faults.position(before, 'key');
        faults.atKey(path, `"${text}" is the same network as that of line ${line}`);
      }
    }
    return [{ ...clients, entries: entriesOf(draft, path, faults) }];
  });
}

/** The clients that a key means. */
function clientsOf(by: Keyed, text: string): OrderClients | TextFault {
  switch (by) {
    case 'networks': {
      const key = readNetwork(text);
      return isTextFault(key) ? key : { by, key };
    }
    case 'asn': {
      const key = readAsn(text);
      return isTextFault(key) ? key : { by, key };
    }
    default: {
      const key = READERS[by](text);
      return isTextFault(key) ? key : { by, key };
    }
  }
}

const READERS = { continents: readContinent, countries: readCountry, subdivisions: readSubdivision };

function readContinent(text: string): string | TextFault {
  if (CONTINENTS.some((code) => code === text)) return text;
  return { fault: `"${text}" is not the code of a continent${hintAt(text, CONTINENTS)}` };
}

function readSubdivision(text: string): string | TextFault {
  if (isSubdivision(text)) return text;
  const upper = text.toUpperCase();
  const hint = isSubdivision(upper) ? `: write ${upper}` : ', expected ISO 3166-2 such as US-TX';
  return { fault: `"${text}" is not the code of a subdivision${hint}` };
}

function readAsn(text: string): number | TextFault {
  const number = Number(text);
  if (/^[1-9]\d*$/.test(text) && number <= MAX_ASN) return number;
  return { fault: `"${text}" is not an AS number, expected 1 to ${MAX_ASN}` };
}

/** The mirrors of each entry of a list. A mirror is only in the first entry that matches it. */
function entriesOf(draft: OrderListDraft, path: Path, faults: FaultList): readonly (readonly string[])[] {
  if (draft.length === 0 && !faults.isFaulty(path)) {
    faults.atKey(path, 'the list is empty: name a mirror, or leave it out');
  }
  const taken = new Set<string>();
  const entries = draft.map((entry, i) => {
    const at = [...path, i];
    if (entry.length === 0 && !faults.isFaulty(at)) faults.atValue(at, 'the entry is empty: leave it out');
    const named =
      typeof entry === 'string'
        ? [[entry, at] as const]
        : entry.map((glob, j) => [glob, [...at, j]] as const);
    return named.flatMap(([glob, where]) => {
      const meant = mirrorsMeant(glob, where, faults);
      const added = meant.filter((mirror) => !taken.has(mirror));
      for (const mirror of added) taken.add(mirror);
      if (!isGlob(glob) && meant.length > added.length) {
        faults.atValue(where, `"${glob}" is in this list before: take it out here, or there`);
      }
      return added;
    });
  });
  return entries.filter((mirrors) => mirrors.length > 0);
}
