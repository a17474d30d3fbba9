/**
 * Strings of octets as zone files have had them since RFC 1035 §5.1: in double quotes or bare, with `\X` for a character
 * that means something else there and `\DDD` for an octet by its decimal number.
 */
import type { TextFault } from './text-fault.js';

/** The pattern of a string in double quotes, up to its end. */
export const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';

/** The most octets of one string: its length is an octet (RFC 1035 §3.3). */
export const MAX_STRING = 255;

const STRINGS = new RegExp(`^\\s*${QUOTED}(?:\\s+${QUOTED})*\\s*$`, 's');

/** Several strings, each in double quotes, white space between them. */
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

/** The octets that a text with escapes stands for; in UTF-8 where it has other characters than ASCII's. */
export function readEscaped(text: string): Uint8Array | TextFault {
  const pieces: Buffer[] = [];
  for (const [piece, decimal, character, plain] of text.matchAll(/\\(?:(\d{3})|(\D))|([^\\]+)|\\/gu)) {
    if (decimal !== undefined && Number(decimal) <= 255) pieces.push(Buffer.of(Number(decimal)));
    else if (character !== undefined || plain !== undefined)
      pieces.push(Buffer.from(character ?? plain ?? ''));
    else return { fault: `"${piece}" is no escape, expected \\000 to \\255, or \\ and a character` };
  }
  return Buffer.concat(pieces);
}
