/**
 * Names for mirrors: those of other systems, adapted to what zone files allow, and each used once.
 */
const MOST = 63;

export interface MirrorNames {
  /** An unused name that is as close to the text as possible. */
  take(text: string): string;
}

export function newMirrorNames(): MirrorNames {
  const taken = new Set<string>();
  return {
    take(text) {
      const wanted = asMirrorName(text);
      let name = wanted;
      for (let i = 2; taken.has(name); i++) name = `${wanted.slice(0, MOST - 5)}-${i}`;
      taken.add(name);
      return name;
    },
  };
}

/** The text as a mirror's name: lower-case letters, digits, "-", "_" and "."; a letter or digit first. */
export function asMirrorName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, MOST);
  return name === '' ? 'mirror' : name;
}
