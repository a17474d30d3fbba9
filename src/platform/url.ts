/**
 * Reading a URL that somebody else wrote. URL.canParse is not asked first: once it is called often, Node 20 reads a text of
 * Latin letters as if it were UTF-8, says yes to some that are none, and then the constructor throws.
 */

/** The URL that a text is, seen from `base`; undefined where it is none. */
export function parseUrl(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
