/**
 * Which zones were served signed is kept in `signed.json`, over restarts: one whose file says no word of `dnssec` any more is
 * refused by resolvers that know a DS of it, and nothing else here would know why.
 */
import * as z from 'zod';
import type { RememberedZone } from '../dnssec/withdrawal.js';
import { type StateKind, time } from '../state/state-kind.js';

export const SIGNED_ZONES: StateKind<RememberedZone> = {
  name: 'signed.json',
  version: 2,
  holds: 'zones',
  entry: z.strictObject({
    zone: z.string(),
    dsTtl: time,
    withdrawn: time.exactOptional(),
    unsigned: time.exactOptional(),
  }),
};
