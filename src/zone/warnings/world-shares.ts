/**
 * Pools whose mirrors together may not take all of the traffic, so that limits are exceeded even while all mirrors are up.
 */
import { FAMILIES } from '../../platform/types.js';
import type { Remark, Rule } from './warning.js';

/** A smaller difference is rounding. */
const ALL = 1 - 1e-9;

export const tightWorldShares: Rule = ({ pools, mirrors }) =>
  pools.flatMap(({ name, members, maxWorldShare = 1 }) =>
    FAMILIES.flatMap((family): Remark[] => {
      const limits = members.flatMap(({ mirror }) => {
        const {
          weight = 0,
          hostname,
          addresses = [],
          maxWorldShare: own = maxWorldShare,
        } = mirrors[mirror] ?? {};
        const hasFamily = hostname !== undefined || addresses.some((address) => address.family === family);
        return weight > 0 && hasFamily ? [own] : [];
      });
      const together = limits.reduce((sum, limit) => sum + limit, 0);
      if (limits.length === 0 || together >= ALL) return [];
      const percent = Math.round(together * 1000) / 10;
      const word = family === 'ipv4' ? 'IPv4' : 'IPv6';
      const message = `the mirrors of the pool "${name}" with ${word} addresses may have ${percent} % of its traffic together by max_world_share: they get more than that even while all are up`;
      return [{ path: ['pools', name], message }];
    }),
  );
