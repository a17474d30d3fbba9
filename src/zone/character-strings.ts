/**
 * Strings of octets as in the master files of RFC 1035 §5.1: in double quotes or bare, with `\X` for a character that
 * would have another meaning there, and `\DDD` for an octet by its decimal number.
 */
import type { TextFault } from './text-fault.js';

/** The pattern of a string in double quotes, up to its end. */
export const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';

/** The maximum length of a string: the length is one octet (RFC 1035 §3.3). */
export const MAX_STRING = 255;

const STRINGS = new RegExp(`^\\s*${QUOTED}(?:\\s+${QUOTED})*\\s*$`, 's');

/** Several strings, each in double quotes, separated by white space. */
export function readQuotedStrings(text: string): readonly Uint8Array[] | TextFault {
  if (!STRINGS.test(text)) {
    const form = '"FIRST" "SECOND", and \\" for a quote inside';
    return { fault: `"${text}" begins with a double quote, expected strings such as ${form}` };
  }
  const strings: Uint8Array[] = [];
  for (const [quoted] of text.matchAll(new RegExp(QUOTED, 'gs'))) {
    const octets = readEscaped(quoted.slice(1, -1));
    if ('fault' in octets) return octets;
    if (octets.length > MAX_STRING) {
      return {
        fault: `a string has ${octets.length} octets, the most is ${MAX_STRING}: write it as several`,
      };
    }
    strings.push(octets);
  }
  return strings;
}

/** The octets of a text with escapes. Characters outside ASCII are encoded in UTF-8. */
export function readEscaped(text: string): Uint8Array | TextFault {
  const pieces: Buffer[] = [];
  for (const [piece, decimal, character, plain] of text.matchAll(/\\(?:(\d{3})|(\D))|([^\\]+)|\\/gu)) {
    if (decimal !== undefined && Number(decimal) <= 255) pieces.push(Buffer.of(Number(decimal)));
    else if (character !== undefined || plain !== undefined)
      pieces.push(Buffer.from(character ?? plain ?? ''));
    else return { fault: `"${piece}" is not an escape, expected \\000 to \\255, or \\ and a character` };
  }
  return Buffer.concat(pieces);
}
