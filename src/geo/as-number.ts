/**
 * What an AS number is. Apart, since both ways of reading a database need it.
 */

/** Whether a number is one that an autonomous system can have: 1 to 2^32 - 1 (RFC 6793; RFC 7607 forbids 0). */
export function isAsn(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= 0xffff_ffff;
}
