/**
 * Decodes a file that an operator wrote. Octets that are not UTF-8 would otherwise silently become other characters.
 */
import { isUtf8 } from 'node:buffer';
import type { TextFault } from './text-fault.js';
import type { Position } from './tree.js';

/** The replacement character, which a file may also contain itself. */
const REPLACEMENT = '\uFFFD';
const REPLACEMENT_OCTETS = Buffer.from(REPLACEMENT);
const LINE_FEED = 0x0a;
/** The start of a file in UTF-16, in either byte order. */
const UTF_16 = [Buffer.of(0xff, 0xfe), Buffer.of(0xfe, 0xff)];

/** The text, or the first place that is not UTF-8. */
export function decodeText(octets: Buffer): { readonly text: string } | (TextFault & Position) {
  if (isUtf8(octets)) return { text: octets.toString('utf8') };
  if (UTF_16.some((mark) => octets.subarray(0, mark.length).equals(mark))) {
    return { line: 1, column: 1, fault: 'the file is in UTF-16: save it in UTF-8' };
  }
  for (let line = 1, start = 0; ; line++) {
    const found = octets.indexOf(LINE_FEED, start);
    const end = found < 0 ? octets.length : found;
    const text = octets.subarray(start, end);
    if (!isUtf8(text) || found < 0) return { line, ...firstWrong(text) };
    start = end + 1;
  }
}

function firstWrong(octets: Buffer): { readonly column: number } & TextFault {
  let [at, column] = [0, 1];
  for (const character of octets.toString('utf8')) {
    const size = Buffer.byteLength(character);
    if (character === REPLACEMENT && !octets.subarray(at, at + size).equals(REPLACEMENT_OCTETS)) break;
    at += size;
    column += character.length;
  }
  const octet = octets
    .subarray(at, at + 1)
    .toString('hex')
    .toUpperCase();
  return { column, fault: `the octet ${octet} is not UTF-8: save the file in that encoding` };
}
