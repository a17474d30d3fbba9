/**
 * Naming several mirrors at once: `b*`, `*-eu`, `mirror?`. Only `*` and `?` mean anything, since that is all the rest
 * of a mirror's name leaves room for.
 */

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** Says which names a glob means; a text without `*` and `?` means itself. */
export function globMatcher(glob: string): (name: string) => boolean {
  if (!isGlob(glob)) return (name) => name === glob;
  const source = [...glob]
    .map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/\W/, '\\$&')))
    .join('');
  const pattern = new RegExp(`^${source}$`, 's');
  return (name) => pattern.test(name);
}
