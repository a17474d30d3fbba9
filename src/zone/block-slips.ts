/**
 * Mistakes that make a text invalid YAML and that its lines show: inconsistent indentation, a missing colon or a missing
 * space after it, a quote or bracket without an end. The parser reports them as what it expected next, and again for each
 * line that follows. This looks at the lines as a person would, and only where the parser complains.
 */
import { countOf } from '../platform/count-of.js';
import type { Position } from './tree.js';
import type { Complaint, YamlFault } from './yaml-slips.js';

/** The indent of the lines of a mapping or list, and a line that has it. */
interface Level {
  readonly indent: number;
  readonly line: number;
}

/** A quote or bracket that begins in one line and does not end in it. */
interface Open extends Position {
  readonly mark: string;
  /** The later line in which it ends. */
  ends: number;
}

const CLOSES: Readonly<Record<string, string>> = { '[': ']', '{': '}' };
/** If a text is wrong throughout, the first complaints suffice. */
const MOST_COMPLAINTS = 50;
/** Longer words are not names that geopool knows. */
const NAME = /^["']?[\w@*.-]{1,64}["']?/;

/** The slips that the parser stumbled over, in the order of the text. */
export function blockSlips(text: string, complaints: readonly Complaint[]): readonly YamlFault[] {
  const { slips, open } = scan(text.split(/\r?\n/));
  const stumbles = complaints.slice(0, MOST_COMPLAINTS);
  const stumbled = new Set(stumbles.flatMap(({ line }) => [line - 1, line, line + 1]));
  const unclosed = open.find(({ mark, line, ends }) =>
    stumbles.some((complaint) =>
      CLOSES[mark] === undefined
        ? complaint.message === `Missing closing ${mark}quote` || complaint.line === ends
        : complaint.line >= line && complaint.message.endsWith(`end with a ${CLOSES[mark]}`),
    ),
  );
  const near = slips.filter(({ line }) => stumbled.has(line));
  if (unclosed === undefined) return near;
  const { line, column, mark } = unclosed;
  const message =
    CLOSES[mark] === undefined
      ? `the quote ${mark} that begins here has no end in its line`
      : `the ${mark} that begins here has no ${CLOSES[mark]} behind it`;
  return [...near.filter((slip) => slip.line < line), { line, column, message }];
}

function scan(lines: readonly string[]): {
  readonly slips: readonly YamlFault[];
  readonly open: readonly Open[];
} {
  const slips: YamlFault[] = [];
  const open: Open[] = [];
  const levels: Level[] = [];
  let opened: Open | undefined;
  let depth = 0;
  /** The indent of the key of a block text. The text lasts as long as its lines are indented further. */
  let block: number | undefined;
  /** Whether the value of the previous line is in the lines after it. */
  let opens = true;

  for (const [i, whole] of lines.entries()) {
    const line = i + 1;
    const indent = whole.length - whole.trimStart().length;
    if (opened !== undefined) {
      const rest = endOf(whole, opened.mark, depth);
      depth = rest;
      if (rest > 0) continue;
      opened.ends = line;
      opened = undefined;
      continue;
    }
    const bare = whole.trim();
    if (bare === '' || bare.startsWith('#') || /^(?:---|\.\.\.|%)/.test(whole)) continue;
    if (block !== undefined && indent > block) continue;
    block = undefined;
    // Tabs are reported elsewhere, and their width is unknown.
    if (whole.slice(0, indent).includes('\t')) break;

    const dashes = /^(?:- +)*(?:-$)?/.exec(bare)?.[0].length ?? 0;
    const content = bare.slice(dashes);
    const isKey = hasColon(content);
    const top = levels.at(-1);
    if (top !== undefined && indent > top.indent && !opens) {
      // A text may continue on the next line.
      if (!isKey) continue;
      slips.push({ line, column: indent + 1, message: unlike(indent, top) });
      levels.push({ indent, line });
    } else if (top === undefined || indent > top.indent) {
      levels.push({ indent, line });
    } else {
      let inner: Level | undefined;
      while ((levels.at(-1)?.indent ?? -1) > indent) inner = levels.pop();
      const outer = levels.at(-1);
      if (inner !== undefined && outer?.indent !== indent) {
        slips.push({ line, column: indent + 1, message: unlike(indent, inner, outer) });
        levels.push(inner);
      }
    }
    if (dashes > 0 && content !== '') levels.push({ indent: indent + dashes, line });

    const isText = !isKey && dashes === 0 && !/^[["'{&*!?|>]/.test(content);
    if (isText && (!opens || isBeforeKey(lines, i, indent))) {
      slips.push({ line, column: indent + 1, message: withoutColon(content) });
      opens = true;
      continue;
    }
    const value = isKey ? content.slice(colonIn(content) + 1).trim() : content;
    opens = value === '' || /^[&!]\S*$/.test(value) || value.startsWith('#');
    if (/^[|>][-+\d]*\s*(?:#.*)?$/.test(value)) block = indent;
    const begins = beginsIn(value);
    if (begins === undefined) continue;
    const column = whole.length - whole.trimStart().length + 1 + bare.lastIndexOf(value) + begins.at;
    opened = { line, column, mark: begins.mark, ends: 0 };
    depth = begins.depth;
    open.push(opened);
  }
  return { slips, open };
}

function unlike(indent: number, ...levels: readonly (Level | undefined)[]): string {
  const beside = levels.flatMap((level) =>
    level === undefined ? [] : `line ${level.line} by ${level.indent}`,
  );
  return `this line is indented by ${countOf(indent, 'space')}, ${beside.join(', ')}: indent lines of one list or mapping alike`;
}

function withoutColon(content: string): string {
  const name = NAME.exec(content)?.[0] ?? '';
  const rest = content.slice(name.length);
  if (name.startsWith('-') && name.length > 1)
    return `a space is missing behind the dash: write "- ${content.slice(1)}"`;
  if (name !== '' && rest.startsWith(':'))
    return `a space is missing behind the colon: write "${short(`${name}: ${rest.slice(1)}`)}"`;
  if (name !== '' && (rest === '' || rest.startsWith(' ')))
    return `a colon is missing: write "${short(`${name}:${rest}`)}"`;
  return 'a colon is missing: expected a key, a colon and a space';
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Whether the next line that is neither empty nor a comment belongs to a mapping at this indent or deeper. */
function isBeforeKey(lines: readonly string[], from: number, indent: number): boolean {
  for (let i = from + 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#')) continue;
    return line.length - line.trimStart().length >= indent && hasColon(bare);
  }
  return false;
}

function hasColon(content: string): boolean {
  return colonIn(content) >= 0;
}

/** The index of the colon after a key; -1 if there is none. */
function colonIn(content: string): number {
  if (/^[[{#]/.test(content)) return -1;
  const quote = content.startsWith('"') || content.startsWith("'") ? content.charAt(0) : undefined;
  const from = quote === undefined ? 0 : content.indexOf(quote, 1) + 1;
  if (quote !== undefined && from === 0) return -1;
  const comment = content.indexOf(' #', from);
  const end = comment < 0 ? content.length : comment;
  const colon = content.slice(0, end).indexOf(': ', from);
  if (colon >= 0) return colon;
  const trimmed = content.slice(0, end).trimEnd();
  return trimmed.endsWith(':') && trimmed.length > from ? trimmed.length - 1 : -1;
}

/** The quote or bracket of a value that does not end in its line, and how many brackets are open. */
function beginsIn(
  value: string,
): { readonly mark: string; readonly at: number; readonly depth: number } | undefined {
  const brackets: { readonly mark: string; readonly at: number }[] = [];
  let before = '';
  for (let at = 0; at < value.length; at++) {
    const mark = value.charAt(at);
    const isStart = before === '' || '[{,: '.includes(before);
    if ((mark === '"' || mark === "'") && isStart) {
      const end = closing(value, mark, at + 1);
      if (end < 0) return { mark, at, depth: 1 };
      at = end;
    } else if (mark === '#' && before === ' ') break;
    else if (CLOSES[mark] !== undefined && (brackets.length > 0 || at === 0)) brackets.push({ mark, at });
    else if (mark === ']' || mark === '}') brackets.pop();
    before = value.charAt(at);
  }
  const [first] = brackets;
  return first && { ...first, depth: brackets.length };
}

/** How much is still open after a line that continues what `mark` began. */
function endOf(line: string, mark: string, depth: number): number {
  if (CLOSES[mark] === undefined) return closing(line, mark, 0) < 0 ? 1 : 0;
  let left = depth;
  for (const character of line) {
    if (CLOSES[character] !== undefined) left++;
    else if (character === ']' || character === '}') left--;
  }
  return left;
}

/** Where a quote that began before `from` ends; -1 if it does not end in this line. */
function closing(line: string, mark: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    const character = line.charAt(at);
    if (mark === '"' && character === '\\') at++;
    else if (character === mark) {
      if (mark === '"' || line.charAt(at + 1) !== mark) return at;
      at++;
    }
  }
  return -1;
}
