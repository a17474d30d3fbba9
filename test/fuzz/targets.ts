/**
 * What is fuzzed, by name: everything that takes octets from somebody else. A target is imported only when it is wanted, so
 * that the branches of the others are not counted.
 */
import type { Target } from './target.js';

export const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  respond: async () => (await import('./targets/respond.js')).openRespondTarget(),
  zone: async () => (await import('./targets/zone.js')).openZoneTarget(),
  control: async () => (await import('./targets/control.js')).openControlTarget(),
  mmdb: async () => (await import('./targets/mmdb.js')).openMmdbTarget(),
  update: async () => (await import('./targets/update.js')).openUpdateTarget(),
};
