/**
 * The systems whose files can be imported. By itself, so that what lists them need load none of it.
 */
export const FORMATS = ['bind', 'gdnsd', 'mirrorbits', 'mirrors.json', 'powerdns'] as const;

export type Format = (typeof FORMATS)[number];
