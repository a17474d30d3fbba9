/**
 * Whether a mirror serves parts of files. Clients resume downloads, and a mirror that answers with the whole file, or with
 * other octets than requested, breaks them. Pure.
 */
import type { OctetRange } from '../zone/http-probe-keys.js';
import type { ResponseHead } from './http-response.js';
import { type ProbeFailure, quoted, statusText } from './probe-error.js';

/** The Range header that asks for octets (RFC 9110 §14.2). */
export function rangeHeader({ first, last }: OctetRange): string {
  return `bytes=${first}-${last}`;
}

/** What is wrong with the header of the answer to such a request; undefined if nothing is. */
export function wrongRange(
  { status, headers, length }: ResponseHead,
  { first, last }: OctetRange,
): ProbeFailure | undefined {
  const asked = `octets ${first}-${last}`;
  if (status === 200) return { error: `200 OK for ${asked}, expected 206: it does not serve ranges` };
  if (status !== 206) return { error: `${statusText(status)} for ${asked}, expected 206` };
  const text = headers.get('content-range');
  if (text === undefined) return { error: `206 for ${asked} without Content-Range` };
  // RFC 9110 §14.4. If the file ends before the range does, it is served to its end.
  const [, from, to, of] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(text) ?? [];
  const whole = of === undefined || of === '*' ? Number.POSITIVE_INFINITY : Number(of);
  const end = Math.min(last, whole - 1);
  if (from === undefined || Number(from) !== first || Number(to) !== end) {
    return { error: `206 for ${asked} with Content-Range "${quoted(text)}"` };
  }
  if (length === undefined || length === end - first + 1) return undefined;
  return { error: `206 for ${asked} with Content-Length ${length}, expected ${end - first + 1}` };
}
