/**
 * What the answer of an HTTP server says of this host's clock, by its `Date` (RFC 9110 §6.6.1). Nobody is asked for it:
 * it comes with every answer to a probe. Pure.
 */

/** RFC 9110 §5.6.7, as every sender must have it; of what looks otherwise nothing is believed. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** RFC 9111 §5.1: seconds that it lay in a cache, which leaves its date as it was. */
const AGE = /^\d{1,9}$/;

/**
 * By how many milliseconds the clock of this host is at least ahead of the server's, or behind it where that is negative. It
 * was `before` when the question was about to be sent and is `after` now: a date between the two is right, however long
 * either side took. Undefined: the answer does not say.
 */
export function clockAhead(
  headers: ReadonlyMap<string, string>,
  before: number,
  after: number,
): number | undefined {
  const date = headers.get('date') ?? '';
  const age = headers.get('age') ?? '0';
  const said = HTTP_DATE.test(date) && AGE.test(age) ? Date.parse(date) + Number(age) * 1000 : Number.NaN;
  return Number.isNaN(said) ? undefined : Math.max(before - said, Math.min(0, after - said));
}
