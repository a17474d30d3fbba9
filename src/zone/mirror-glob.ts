/**
 * Naming several mirrors at once: `b*`, `*-eu`, `mirror?`. Only `*` and `?` are special; mirror names contain neither.
 */

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * Returns a function that tells which names a glob matches; a text without `*` and `?` matches itself. After a mismatch
 * the matcher goes back only to the last star, which then takes one more character. The earlier stars already have the
 * least that they need, so giving them more can't help.
 */
export function globMatcher(glob: string): (name: string) => boolean {
  if (!isGlob(glob)) return (name) => name === glob;
  const wanted = [...glob.replaceAll(/\*{2,}/g, '*')];
  return (name) => {
    const given = [...name];
    let at = 0;
    let star = -1;
    let taken = 0;
    for (let i = 0; i < given.length; ) {
      if (wanted[at] === '*') {
        star = at++;
        taken = i;
      } else if (wanted[at] === '?' || wanted[at] === given[i]) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++taken;
      } else return false;
    }
    return wanted.length - at === (wanted[at] === '*' ? 1 : 0);
  };
}
