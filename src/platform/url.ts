/**
 * Reads a URL from outside. URL.canParse is not called first: once it is called often, Node 20 reads a Latin-1 string as if
 * it were UTF-8 and accepts some texts that are no URL, for which the constructor then throws.
 */

/** The text as a URL, relative to `base`; undefined if it is none. */
export function parseUrl(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
