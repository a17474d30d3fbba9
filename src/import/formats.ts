/**
 * The systems whose files can be imported. A separate file, so that code that lists them loads no importer.
 */
export const FORMATS = ['bind', 'gdnsd', 'mirrorbits', 'mirrors.json', 'powerdns'] as const;

export type Format = (typeof FORMATS)[number];
