/** An instance whose store a test may write into. */
import type { Instance } from '../../src/fleet/instance.js';

export function madeInstance() {
  const store = new Map<string, Buffer>();
  const asked: string[] = [];
  let away = false;
  const instance: Instance = {
    url: 'redis://made',
    async get(keys) {
      if (away) throw new Error('away');
      asked.push(...keys);
      return keys.map((key) => store.get(key) ?? null);
    },
    async set(values) {
      if (away) throw new Error('away');
      for (const [key, value] of values) store.set(key, value);
    },
    close: () => undefined,
  };
  return {
    instance,
    store,
    /** All keys that it was asked for. */
    asked,
    go(where: 'away' | 'back') {
      away = where === 'away';
    },
  };
}
