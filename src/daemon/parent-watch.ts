/**
 * Logs once when something is due at the parent of a signed zone, and once when it is late: a key that resolvers may still
 * need is then about to go, and nobody has confirmed that they do not. By the wall clock, as key times are.
 */
import type { World } from '../compile/world.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { MINUTE_MS } from '../platform/time.js';
import { describeParentDue, isLate } from '../report/describe-parent-due.js';
import { reportParentDue } from './keys-report.js';
import { keysIn } from './signing.js';

export interface ParentWatch {
  /** This world is served from now on. */
  follow(world: Pick<World, 'zones'>): void;
  stop(): void;
}

export function watchParents(clock: Clock, log: Log): ParentWatch {
  let keys: ReturnType<typeof keysIn> = new Map();
  /** What was last logged of each zone. */
  let said: ReadonlyMap<string, string> = new Map();
  let cancel = clock.after(MINUTE_MS, onTimer);

  function onTimer(): void {
    cancel = clock.after(MINUTE_MS, onTimer);
    look();
  }

  function look(): void {
    const now = clock.now();
    const say = new Map<string, string>();
    for (const [zone, each] of keys) {
      const due = reportParentDue(each, now);
      if (due === undefined) continue;
      const late = isLate(due, now);
      const what = `${due.next} ${late}`;
      say.set(zone, what);
      if (said.get(zone) === what) continue;
      const fields = { event: late ? 'parent-late' : 'parent-due', zone, key: due.next, until: due.until };
      log[late ? 'error' : 'warn'](fields, describeParentDue(zone, due, now));
    }
    said = say;
  }

  return {
    follow(world) {
      keys = keysIn(world);
      look();
    },
    stop: () => cancel(),
  };
}
