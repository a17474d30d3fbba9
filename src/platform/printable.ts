/**
 * Makes text safe to show. Text from zone files, databases, mirrors and operators may hold anything: a control character
 * moves a terminal's cursor or changes its colours, a line ending forges another line, and a direction mark reverses the
 * order in which text is read.
 */

/** Control characters, line and paragraph separators, lone surrogates, and direction marks. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu;
const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** The text as one line, with those characters escaped as in JSON. JSON on one line keeps its value. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (found) => NAMED.get(found) ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
