/**
 * A tree read by a schema. zod stops giving a value at the first thing that is wrong; here what is wrong is said, left
 * out, and the rest is read again, so that the checks behind the schema still see everything else in the file.
 */
import * as z from 'zod';
import { describeValue, indefinite, typeHint, wordsOf } from './describe-value.js';
import type { FaultList } from './faults.js';
import { isOperatorKey } from './operator-keys.js';
import { hintAt } from './suggest.js';
import { closeGaps, nodeAt, type Path, plainValue, type TreeNode } from './tree.js';

type Issue = z.core.$ZodIssue;

/**
 * The value of `root` by a schema whose keys are all optional wherever checks are to go on after a fault. Faults go to
 * the list; the value lacks what they are about. Undefined where nothing is left, such as for a list in place of a
 * mapping.
 */
export function readBySchema<S extends z.ZodType>(
  schema: S,
  root: TreeNode,
  faults: FaultList,
): z.output<S> | undefined {
  // Each round leaves out at least one thing, so this ends; mostly with the second round.
  for (;;) {
    // An empty message marks the issues that have none of their own: `messageOf` writes those.
    const read = schema.safeParse(plainValue(root), { reportInput: true, error: () => '' });
    if (read.success) return read.data;
    const all = read.error.issues.flatMap((issue) => flatten(issue, []));
    const issues = all.filter(
      ({ key, whole }) => key === undefined || !isOperatorKey(key) || !faults.ignoreKey(whole),
    );
    // What is only a consequence of something left out (a key missing, a list empty) is not news.
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

/** One thing that is wrong: the value at `path`, or its unknown `key`; `whole` is the path of that. */
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
    // Of the forms that a value may have, the one meant is the one whose outermost type it has.
    const meant = issue.errors.find((form) => !form.some(isWrongType));
    if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path));
  }
  return [{ issue, path, whole: path }];
}

/** Whether the value itself is of another type than wanted: of any that is wanted. */
function isWrongType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((form) => form.some(isWrongType));
  return issue.code === 'invalid_type';
}

/** The types that an issue wants, in words. */
function wantedTypes(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_type') return [indefinite(issue.expected)];
  if (issue.code === 'invalid_union') return issue.errors.flatMap((form) => form.flatMap(wantedTypes));
  return [];
}

/** Leaves out the node at a path, or the innermost one that has it; false where that was so already. */
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

/** That an item is several: nothing but commas parts what is in a list. */
function hintOfComma(node: TreeNode | undefined, path: Path, isGood: (value: unknown) => boolean): string {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || typeof path.at(-1) !== 'number') return '';
  const words = wordsOf(node.value);
  return words.length > 1 && words.every(isGood) ? `; put commas between: ${words.join(', ')}` : '';
}

/** What was meant by a key, and that it has its value in it: in braces YAML takes a colon without a space for a letter. */
function hintAtKey(key: string, known: readonly string[]): string {
  const name = key.slice(0, Math.max(0, key.indexOf(':')));
  if (!known.includes(name)) return hintAt(key, known);
  return `: a space is missing behind the colon, write "${name}: ${key.slice(name.length + 1)}"`;
}

/** The keys that a schema knows at a path, for the hint at an unknown one. */
function keysOfSchema(schema: unknown, path: Path): readonly string[] {
  return schemasAt(schema, path).flatMap(keysOf);
}

function keysOf(schema: unknown): readonly string[] {
  const inner = innerOf(schema);
  if (inner !== undefined) return keysOf(inner);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(keysOf);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The schemas of the value at a path; several where it may have several forms. */
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

/** What a schema is laid around. */
function innerOf(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schema.unwrap();
  }
  return schema instanceof z.ZodPipe ? schema.in : undefined;
}
