/**
 * Carries the comments of a file over into another. Each goes to the next item that comes from after it, or from its own
 * line, and none is lost.
 */
import type { Comment } from '../zone/yaml-comments.js';

export interface CommentFeed {
  /** Takes the comments before `line` that were not taken yet. */
  above(line: number): readonly string[];
  /** Takes the comments in these lines. Undefined if there are none. */
  beside(first: number, last?: number): string | undefined;
  /** Takes all remaining comments. */
  rest(): readonly string[];
}

/** Comments in the order of their lines. */
export function feedComments(comments: readonly Comment[]): CommentFeed {
  let left = comments;
  const take = (isMeant: (comment: Comment) => boolean): readonly string[] => {
    const taken = left.filter(isMeant);
    if (taken.length > 0) left = left.filter((comment) => !isMeant(comment));
    return taken.map(({ text }) => text);
  };
  return {
    above: (line) => take((comment) => comment.line < line),
    beside(first, last = first) {
      const taken = take(({ line }) => line >= first && line <= last);
      return taken.length === 0 ? undefined : taken.join('; ');
    },
    rest: () => take(() => true),
  };
}
