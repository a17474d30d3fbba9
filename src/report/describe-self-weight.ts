/** A mirror's self weight, in words. */

/** `part` is the fraction of its weight and cap, 0 to 1. */
export function describeSelfWeight(part: number, error?: string): string {
  const said =
    part === 0 ? 'drains by itself' : `wants ${Math.round(part * 100)} % of its weight and cap by itself`;
  return error === undefined ? said : `${said}, but says nothing any more: ${error}`;
}
