/**
 * Figures as Markdown, the same for the terminal and for the file.
 */
import type { Spread } from './statistics.js';

/** A table; all columns but the first are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

export interface Goal {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
}

export const atLeast = (value: number): Goal => ({ kind: 'at least', value });
export const atMost = (value: number): Goal => ({ kind: 'at most', value });

/** Cells for a goal and whether a value meets it. */
export function goalCells(goal: Goal | undefined, value: number, digits: number): readonly [string, string] {
  if (goal === undefined) return ['', ''];
  const met = goal.kind === 'at least' ? value >= goal.value : value <= goal.value;
  return [
    `${goal.kind === 'at least' ? '≥' : '≤'} ${goal.value.toFixed(digits)}`,
    met ? 'met' : '**missed**',
  ];
}

export const SPREAD_HEAD = ['median', 'min', 'max'] as const;

/** Cells under SPREAD_HEAD. */
export function spreadCells({ median, min, max }: Spread, digits: number): readonly string[] {
  return [median, min, max].map((value) => value.toFixed(digits));
}

/** 123,456. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en');
}
