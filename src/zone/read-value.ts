/**
 * A tree read by a schema. zod stops giving a value at the first thing that is wrong; here what is wrong is said, left
 * out, and the rest is read again, so that the checks behind the schema still see everything else in the file.
 */
import * as z from 'zod';
import { describeValue, indefinite, typeHint } from './describe-value.js';
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
      if (key === undefined) faults.atValue(path, messageOf(issue, path));
      else faults.atKey(whole, `unknown key "${key}"${hintAt(key, keysOfSchema(schema, path))}`);
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

function messageOf(issue: Issue, path: Path): string {
  if (issue.message !== '') return issue.message;
  const subject = subjectOf(path);
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return `${subject} is missing`;
    return `${subject} must be ${indefinite(issue.expected)}, ${typeHint(issue.expected, issue.input)}`;
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

/** The keys that a schema knows at a path, for the hint at an unknown one. */
function keysOfSchema(schema: unknown, path: Path): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return keysOfSchema(schema.unwrap(), path);
  }
  if (schema instanceof z.ZodPipe) return keysOfSchema(schema.in, path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysOfSchema(option, path));
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, unknown>> = schema.shape;
    return step === undefined ? Object.keys(shape) : keysOfSchema(shape[step], rest);
  }
  if (schema instanceof z.ZodRecord && step !== undefined) return keysOfSchema(schema.valueType, rest);
  if (schema instanceof z.ZodArray && step !== undefined) return keysOfSchema(schema.element, rest);
  return [];
}
