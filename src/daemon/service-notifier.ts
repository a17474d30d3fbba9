/**
 * Tells the service manager that the daemon answers, a short status, and when it reloads and ends. Also that it is alive,
 * but only while every worker is: if a worker is not and could not be replaced, the manager restarts the server.
 */
import { poolsOfFiles } from '../compile/pool-plan.js';
import type { Clock } from '../platform/clock.js';
import { countOf } from '../platform/count-of.js';
import { inSlices } from '../platform/in-slices.js';
import type { Log } from '../platform/log.js';
import type { Service } from '../server/service.js';
import type { Manager } from '../systemd/manager.js';
import type { Serving } from './serving.js';

export interface ServiceNotifier {
  /** The server answers. */
  ready(): void;
  /** The same reload, announced. */
  reloading<T>(reload: () => Promise<T>): () => Promise<T>;
  /** The server ends. */
  stop(): void;
}

export interface ServiceNotifierParts {
  readonly manager: Manager;
  readonly clock: Clock;
  readonly log: Log;
  readonly serving: Described;
  readonly service: Pick<Service, 'silentWorkers'>;
}

/** How often the status text is checked, if the manager needs no more frequent sign of life. */
const LOOK_MS = 5000;

export function openServiceNotifier({
  manager,
  clock,
  log,
  serving,
  service,
}: ServiceNotifierParts): ServiceNotifier {
  let said = '';
  let stopped = false;
  let cancel = (): void => undefined;
  /** The number of silent workers at the last look. */
  let silent = 0;

  async function look(): Promise<void> {
    const now = service.silentWorkers();
    if (now > silent) {
      log.error(
        { event: 'workers-silent', workers: now },
        `${countOf(now, 'worker thread')} no longer ${now === 1 ? 'answers' : 'answer'}`,
      );
    }
    silent = now;
    const words = await describeServing(serving, silent);
    if (stopped) return;
    const changed = words === said ? [] : [`STATUS=${words}`];
    const alive = silent === 0 && manager.watchdog !== undefined ? ['WATCHDOG=1'] : [];
    if (changed.length + alive.length > 0) manager.tell(...alive, ...changed);
    said = words;
    cancel = clock.after(Math.min(LOOK_MS, (manager.watchdog ?? Infinity) / 4), () => void look());
  }

  return {
    ready() {
      manager.tell('READY=1');
      void look();
    },
    reloading: (reload) => async () => {
      // CLOCK_MONOTONIC in microseconds. It shows systemd that the following READY=1 belongs to this reload.
      manager.tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
      try {
        return await reload();
      } finally {
        said = await describeServing(serving, silent);
        // Nothing may follow STOPPING=1.
        if (!stopped) manager.tell('READY=1', `STATUS=${said}`);
      }
    },
    stop() {
      stopped = true;
      cancel();
      manager.tell('STOPPING=1', 'STATUS=ending');
    },
  };
}

type Described = Pick<Serving, 'index' | 'published' | 'isInPanic'>;

/** `4 zones, 27 of 28 addresses up`, and problems. */
async function describeServing(serving: Described, silentWorkers: number): Promise<string> {
  const index = serving.index();
  const { zones, refused, pools } = index.world;
  const up = await inSlices(addressesUp(serving));
  // Another world may have been installed meanwhile; its pools have other numbers.
  if (serving.index() !== index) return describeServing(serving, silentWorkers);
  const panics = poolsOfFiles(pools).filter(serving.isInPanic).length;
  const wrong =
    refused.length + zones.filter(({ stale, keyFaults }) => (stale ?? keyFaults) !== undefined).length;
  return [
    `${countOf(zones.length, 'zone')}, ${[...up.values()].filter(Boolean).length} of ${up.size === 1 ? '1 address' : `${up.size} addresses`} up`,
    ...(panics === 0 ? [] : [`PANIC in ${countOf(panics, 'pool')}`]),
    ...(wrong === 0 ? [] : [`${countOf(wrong, 'zone file')} wrong`]),
    ...(silentWorkers === 0 ? [] : [`${countOf(silentWorkers, 'worker thread')} silent`]),
  ].join(', ');
}

/** Whether each address is up in every pool that it is enabled in. */
function* addressesUp({ index, published }: Described): Generator<void, ReadonlyMap<string, boolean>> {
  const up = new Map<string, boolean>();
  for (const [number, { zone, members, chosenFrom }] of index().world.pools.entries()) {
    if (chosenFrom !== undefined) continue;
    const { states } = published(number);
    let at = 0;
    for (const { addresses } of members) {
      for (const { text } of addresses) {
        const state = states[at++];
        const key = `${zone} ${text}`;
        if (state !== 'off') up.set(key, state === 'up' && up.get(key) !== false);
      }
      yield;
    }
  }
  return up;
}
