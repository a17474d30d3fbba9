/**
 * Keeps in `signed.json` which zones were served signed, across restarts. If `dnssec` is removed from such a zone's file,
 * resolvers that know a DS of it reject the zone, and nothing else on this server would show why.
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
