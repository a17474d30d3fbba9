/**
 * The errors that a server sends to its clients. A client loads this file only when it gets one.
 */
import * as z from 'zod';
import { type ErrorCode, GeopoolError } from '../platform/errors.js';

const refusal = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.array(z.string()).default([]) }),
});

/** Codes that the server may pass on. */
const HANDED_ON: readonly ErrorCode[] = [
  'ZONE_INVALID',
  'CONFIG_INVALID',
  'DATABASE_INVALID',
  'UPDATE_FAILED',
  'STATE_UNUSABLE',
];

/** The error that a server's answer stands for; undefined if it is not from geopool. */
export function readRefusal(value: unknown): GeopoolError | undefined {
  const refused = refusal.safeParse(value);
  if (!refused.success) return undefined;
  const { code, message, details } = refused.data.error;
  return new GeopoolError(HANDED_ON.find((known) => known === code) ?? 'REQUEST_REFUSED', message, {
    details,
  });
}
