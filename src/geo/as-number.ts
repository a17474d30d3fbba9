/**
 * What an AS number is, and how it is written. In a file of its own, since both ways of reading a database need it.
 */
import { numberOfText } from './field-reader.js';

/** Whether a number is one that an autonomous system can have: 1 to 2^32 - 1 (RFC 6793; RFC 7607 forbids 0). */
export function isAsn(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= 0xffff_ffff;
}

/** The number in a text: "AS64500", as IPinfo writes them, or "64500"; NaN if there is none. */
export function asnOfText(text: string): number {
  return numberOfText(text.replace(/^AS/i, ''));
}
