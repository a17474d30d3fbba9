/**
 * Text as people may see it. What comes from zone files, databases, mirrors and operators' own words may hold anything: a
 * control character moves a terminal's cursor or changes its colours, a line's end forges the line after it, and a
 * direction mark turns what is read around.
 */

/** Control characters, ends of lines and paragraphs, halves of characters, and marks of direction. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu;
const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** The text as one line, with those written as in JSON: of JSON on one line it is the same value. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (found) => NAMED.get(found) ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
