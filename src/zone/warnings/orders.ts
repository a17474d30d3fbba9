/**
 * Parts of orders that have no effect.
 */
import type { Zone } from '../model.js';
import type { Remark, Rule } from './warning.js';

/** An order that no pool uses. */
export const unusedOrders: Rule = ({ orders, pools }) => {
  const used = new Set(pools.flatMap(({ order }) => order?.name ?? []));
  return orders.flatMap(({ name }): Remark[] => {
    if (used.has(name)) return [];
    const message = `no pool goes by the order "${name}": write order: ${name} in one`;
    return [{ path: ['orders', name], message }];
  });
};

/** Subdivisions that no client is in, as far as the location database knows. */
export const idleSubdivisions: Rule = ({ orders }, { subdivisions }) =>
  orders.flatMap(({ name, lists }): readonly Remark[] => {
    const codes = lists.flatMap((list) => (list.by === 'subdivisions' ? [list.key] : []));
    if (codes.length === 0) return [];
    const path = ['orders', name, 'subdivisions'];
    const known = subdivisions();
    if (known.size === 0) return [{ path, message: describeIdleSubdivisions([name]) }];
    const missing = codes.filter((code) => !known.has(code));
    return missing.map((code) => ({
      path: [...path, code],
      message: `"${code}" matches no client: the location database has no such subdivision`,
    }));
  });

/** The orders of a zone that have subdivisions. */
export function ordersBySubdivision({ orders }: Zone): readonly string[] {
  return orders.flatMap(({ name, lists }) => (lists.some(({ by }) => by === 'subdivisions') ? [name] : []));
}

/** What the subdivisions of orders do if the location database has none, in words. */
export function describeIdleSubdivisions(orders: readonly string[]): string {
  return `subdivisions of ${orders.join(', ')} match no client, for the location database has none: fetch GeoLite2-City, or name one as geo.city`;
}
