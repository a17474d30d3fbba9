/**
 * Operators' overrides over the control socket outlive the process in `overrides.json`. Each is durable before it is
 * acknowledged.
 */
import * as z from 'zod';
import { type StateKind, time } from '../state/state-kind.js';
import type { Override } from './overrides.js';

export const OVERRIDES: StateKind<Override> = {
  name: 'overrides.json',
  version: 2,
  holds: 'overrides',
  entry: z.strictObject({
    zone: z.string(),
    mirror: z.string(),
    reason: z.string(),
    since: time,
    until: time.exactOptional(),
    by: z.string().exactOptional(),
    member: z.string().exactOptional(),
    local: z.literal(true).exactOptional(),
  }),
};
