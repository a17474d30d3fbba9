/**
 * Reads a map of gdnsd's geoip plugin, as far as tests need it, and writes it as an order. In gdnsd, countries are nested
 * in continents and subdivisions in countries; here each stands for itself.
 */

/** Lists by key, or by what is inside. */
export type GdnsdMap = { readonly [key: string]: readonly string[] | GdnsdMap };

/** Reads `NAME => { … }` as gdnsd has it. Throws what it can't read. */
export function readGdnsdMap(text: string): GdnsdMap {
  const words = text.replace(/#.*/g, '').match(/[{}[\]]|=>?|[^\s{}[\]=,;]+/g) ?? [];
  let at = 0;
  const hash = (end: string | undefined): GdnsdMap => {
    const entries: [string, readonly string[] | GdnsdMap][] = [];
    while (at < words.length && words[at] !== end) {
      const key = words[at++] ?? '';
      if (!/^=>?$/.test(words[at++] ?? '')) throw new Error(`no value for ${key}`);
      const first = words[at++] ?? '';
      if (first === '{') entries.push([key, hash('}')]);
      else if (first === '[') {
        const list: string[] = [];
        while (words[at] !== ']') list.push(words[at++] ?? '');
        at++;
        entries.push([key, list]);
      } else entries.push([key, [first]]);
    }
    at++;
    return Object.fromEntries(entries);
  };
  return hash(undefined);
}

/** What is below a key; nothing where that is a list. */
export function inside(map: GdnsdMap, key: string): GdnsdMap {
  const value = map[key];
  return value === undefined || isList(value) ? {} : value;
}

export function isList(value: readonly string[] | GdnsdMap | undefined): value is readonly string[] {
  return Array.isArray(value);
}

/** The order of a map, by its keys. */
export function orderOf(map: GdnsdMap): Readonly<Record<string, unknown>> {
  const places = inside(map, 'map');
  const continents = Object.entries(places).flatMap(([code, value]) =>
    isList(value) ? [] : [[code, value] as const],
  );
  const countries = continents.flatMap(([, own]) =>
    Object.entries(own).filter(([code]) => code !== 'default'),
  );
  const lists = (entries: readonly (readonly [string, unknown])[]): object => Object.fromEntries(entries);
  return {
    default: places.default,
    continents: lists(
      continents.flatMap(([code, own]) => (own.default === undefined ? [] : [[code, own.default]])),
    ),
    countries: lists(countries.filter(([code, value]) => isList(value) && !NO_COUNTRIES.includes(code))),
    subdivisions: lists(
      countries.flatMap(([country, own]) =>
        isList(own) ? [] : Object.entries(own).map(([code, list]) => [`${country}-${code}`, list] as const),
      ),
    ),
    networks: inside(map, 'nets'),
  };
}

/** What MaxMind's older databases said in place of a country. */
export const NO_COUNTRIES = ['AP', 'EU'];
