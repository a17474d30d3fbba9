/**
 * Naming several mirrors at once: `b*`, `*-eu`, `mirror?`. Only `*` and `?` mean anything, since that is all the rest
 * of a mirror's name leaves room for.
 */

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/**
 * Says which names a glob means; a text without `*` and `?` means itself. What a name fails at goes back to the last star
 * only, which then takes one character more: the earlier ones have the least that they need, so no other shares can help.
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
