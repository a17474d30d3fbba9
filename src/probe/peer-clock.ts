/**
 * What an HTTP server's answer says about this host's clock, by its `Date` (RFC 9110 §6.6.1). This needs no request of its
 * own: the header comes with every answer to a probe. Pure.
 */

/** RFC 9110 §5.6.7: the format that every sender must use. Dates in other formats are ignored. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** RFC 9111 §5.1: the seconds that the answer spent in a cache, which does not change its date. */
const AGE = /^\d{1,9}$/;

/**
 * The minimum by which this host's clock is ahead of the server's, in milliseconds; negative if it is behind. `before` is
 * this host's time just before the request was sent, and `after` its time now. A date between the two is taken as right,
 * however long either side took. Undefined: the answer does not say.
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
