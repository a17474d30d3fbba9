/**
 * Reads a tree by a schema. zod returns no value once something is wrong. Here faults are reported, the wrong parts are
 * left out, and the rest is read again, so that the checks after the schema still see everything else in the file.
 */
import * as z from 'zod';
import { describeValue, indefinite, typeHint, wordsOf } from './describe-value.js';
import type { FaultList } from './faults.js';
import { isOperatorKey } from './operator-keys.js';
import { hintAt } from './suggest.js';
import { closeGaps, nodeAt, type Path, plainValue, type TreeNode } from './tree.js';

type Issue = z.core.$ZodIssue;

/**
 * The value of `root` by a schema whose keys are optional wherever checks should continue after a fault. Faults go to the
 * list, and the value lacks the parts concerned. Undefined if nothing is left, as for a list in place of a mapping.
 */
export function readBySchema<S extends z.ZodType>(
  schema: S,
  root: TreeNode,
  faults: FaultList,
): z.output<S> | undefined {
  // Each round leaves out at least one thing, so this ends, usually in the second round.
  for (;;) {
    // An empty message marks issues without a message of their own: `messageOf` writes those.
    const read = schema.safeParse(plainValue(root), { reportInput: true, error: () => '' });
    if (read.success) return read.data;
    const all = read.error.issues.flatMap((issue) => flatten(issue, []));
    const issues = all.filter(
      ({ key, whole }) => key === undefined || !isOperatorKey(key) || !faults.ignoreKey(whole),
    );
    // A mere consequence of an omission (a missing key, an empty list) is no news.
    const news = issues.filter(({ whole }) => !(nodeAt(root, whole)?.faulty ?? false));
    for (const { issue, path, key, whole } of news) {
      if (key !== undefined) {
        faults.atKey(whole, `unknown key "${key}"${hintAtKey(key, keysOfSchema(schema, path))}`);
        continue;
      }
      const isGood = (value: unknown) =>
        schemasAt(schema, path).some((form) => form.safeParse(value).success);
      faults.atValue(
        path,
        `${messageOf(issue, path, isGood)}${hintOfComma(nodeAt(root, path), path, isGood)}`,
      );
    }
    const omitted = issues.filter(({ whole }) => omit(root, whole));
    if ((omitted.length === 0 && issues.length === all.length) || root.omitted) return undefined;
    closeGaps(root);
  }
}

/** One fault: the value at `path`, or its unknown `key`. `whole` is the path of what is left out. */
interface FlatIssue {
  readonly issue: Issue;
  readonly path: Path;
  readonly key?: string;
  readonly whole: Path;
}

function flatten(issue: Issue, outer: Path): readonly FlatIssue[] {
  const path = [...outer, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ issue, path, key, whole: [...path, key] }));
  if (issue.code === 'invalid_union') {
    // The form that was meant is the one with the outermost type of the value.
    const meant = issue.errors.find((form) => !form.some(isWrongType));
    if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path));
  }
  return [{ issue, path, whole: path }];
}

/** Whether the value itself has none of the types that are wanted. */
function isWrongType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((form) => form.some(isWrongType));
  return issue.code === 'invalid_type';
}

/** The types that an issue expects, in words. */
function wantedTypes(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_type') return [indefinite(issue.expected)];
  if (issue.code === 'invalid_union') return issue.errors.flatMap((form) => form.flatMap(wantedTypes));
  return [];
}

/**
 * Leaves out the node at a path or, if it is missing or left out already, the innermost node above it that is neither.
 * False if there is none.
 */
function omit(root: TreeNode, path: Path): boolean {
  const node = nodeAt(root, path);
  if (node === undefined || node.omitted) return path.length > 0 && omit(root, path.slice(0, -1));
  node.omitted = true;
  for (let depth = 0; depth <= path.length; depth++) {
    const along = nodeAt(root, path.slice(0, depth));
    if (along !== undefined) along.faulty = true;
  }
  return true;
}

function messageOf(issue: Issue, path: Path, isGood: (value: unknown) => boolean): string {
  if (issue.message !== '') return issue.message;
  const subject = subjectOf(path);
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return `${subject} is missing`;
    return `${subject} must be ${indefinite(issue.expected)}, ${typeHint(issue.expected, issue.input, isGood)}`;
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const hint = typeof issue.input === 'string' ? hintAt(issue.input, allowed) : '';
    const expected = hint.includes('expected') ? hint : `, expected one of: ${allowed.join(', ')}${hint}`;
    return `${subject} can't be ${describeValue(issue.input)}${expected}`;
  }
  if (issue.code === 'invalid_union') {
    const types = [...new Set(wantedTypes(issue))];
    return `${subject} must be ${types.join(' or ')}, found ${describeValue(issue.input)}`;
  }
  if (issue.code === 'too_small') return `${subject} is empty, expected at least ${issue.minimum}`;
  return `${subject} is wrong: ${issue.code}`;
}

/** What a message calls the value at a path. */
function subjectOf(path: Path): string {
  const last = path[path.length - 1];
  if (last === undefined) return 'the file';
  if (typeof last === 'string') return `"${last}"`;
  return `item ${last + 1} of ${subjectOf(path.slice(0, -1))}`;
}

/** The hint that an item is several items: only commas separate the items of a list. */
function hintOfComma(node: TreeNode | undefined, path: Path, isGood: (value: unknown) => boolean): string {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || typeof path.at(-1) !== 'number') return '';
  const words = wordsOf(node.value);
  return words.length > 1 && words.every(isGood) ? `; put commas between: ${words.join(', ')}` : '';
}

/**
 * The hint for an unknown key. In braces, YAML takes a colon without a space, and the value after it, for part of a key.
 */
function hintAtKey(key: string, known: readonly string[]): string {
  const name = key.slice(0, Math.max(0, key.indexOf(':')));
  if (!known.includes(name)) return hintAt(key, known);
  return `: a space is missing behind the colon, write "${name}: ${key.slice(name.length + 1)}"`;
}

/** The keys that a schema knows at a path, for the hint about an unknown one. */
function keysOfSchema(schema: unknown, path: Path): readonly string[] {
  return schemasAt(schema, path).flatMap(keysOf);
}

function keysOf(schema: unknown): readonly string[] {
  const inner = innerOf(schema);
  if (inner !== undefined) return keysOf(inner);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(keysOf);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The schemas of the value at a path; several if it may have several forms. */
function schemasAt(schema: unknown, path: Path): readonly z.ZodType[] {
  const [step, ...rest] = path;
  if (step === undefined) return schema instanceof z.ZodType ? [schema] : [];
  const inner = innerOf(schema);
  if (inner !== undefined) return schemasAt(inner, path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => schemasAt(option, path));
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, unknown>> = schema.shape;
    return schemasAt(shape[step], rest);
  }
  if (schema instanceof z.ZodRecord) return schemasAt(schema.valueType, rest);
  if (schema instanceof z.ZodArray) return schemasAt(schema.element, rest);
  return [];
}

/** The schema that a schema wraps. */
function innerOf(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schema.unwrap();
  }
  return schema instanceof z.ZodPipe ? schema.in : undefined;
}
