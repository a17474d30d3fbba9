/**
 * What a part of the benchmark gives: text for a reader, and the goals that it missed.
 */
import type { Stage } from './stage.js';

export interface Section {
  readonly title: string;
  /** Markdown: paragraphs and tables. */
  readonly blocks: readonly string[];
}

export type Part = (stage: Stage) => Promise<Section>;
