/**
 * The inputs of worlds: zone files, databases, and the addresses of mirrors that are known by name.
 */
import { join } from 'node:path';
import type { GeoRequest } from '../compile/chosen-databases.js';
import type { Builder, LiveWorld } from '../compile/compiler.js';
import type { SigningRequest, WorldRequest } from '../compile/world.js';
import type { ZoneChallenge } from '../compile/zones/with-challenges.js';
import { MAX_SHIFT } from '../foresight/gate.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { createResolver, type Resolve, type Resolver } from '../probe/resolve.js';
import type { StateFiles } from '../state/state-files.js';
import { countryWeights } from '../zone/world-weights.js';
import { type DatabaseGate, openDatabaseGate } from './database-gate.js';
import { geoRequest } from './fetched-databases.js';
import { openFirstWorld } from './first-world.js';
import { followHostnames, type Hostnames } from './hostnames.js';
import { readHostnames } from './hostnames-file.js';
import type { DaemonSettings } from './settings.js';
import type { Signals } from './signals.js';

export interface WorldSource {
  /** The directory of zone files. */
  readonly zones: string;
  /** Where databases are looked for now, and which of them may not be used. */
  geo(): GeoRequest;
  readonly gate: DatabaseGate;
  /** Makes the next world by these settings. */
  follow(settings: DaemonSettings): void;
  readonly hostnames: Hostnames;
  /** For mirrors; and for other names, which are resolved as by other programs of this host. */
  readonly resolver: Resolver;
  readonly resolveOwn: Resolve;
  /** The inputs of the next world. */
  request(): WorldRequest & { readonly signing: SigningRequest };
  /** Whether addresses have changed since a world was last requested. */
  isBehind(): boolean;
  first(builder: Builder): Promise<LiveWorld>;
  stop(): Promise<void>;
}

export async function openWorldSource(
  settings: DaemonSettings,
  files: StateFiles,
  {
    clock,
    log,
    signals,
    challenges,
  }: {
    readonly clock: Clock;
    readonly log: Log;
    readonly signals: Pick<Signals, 'emit'>;
    readonly challenges: () => readonly ZoneChallenge[];
  },
): Promise<WorldSource> {
  let geo = geoRequest(settings);
  let { maxShift } = settings.geo;
  let { worldWeights } = settings;
  const resolver = createResolver(settings.resolve);
  let isBehind = false;
  const hostnames = followHostnames({
    clock,
    log,
    resolve: resolver.resolve,
    interval: settings.resolve.interval,
    files,
    stored: await readHostnames(files),
    onChange() {
      isBehind = true;
      signals.emit('sourcesChanged');
    },
  });
  const gate = await openDatabaseGate({
    geo: () => geo,
    zones: () => ({
      zones: settings.zones,
      hosts: hostnames.known(),
      ...(worldWeights !== undefined && { world: countryWeights(worldWeights) }),
    }),
    maxShift: () => maxShift ?? MAX_SHIFT,
    files,
    clock,
    log,
    signals,
  });
  const allowed = (): GeoRequest => ({ ...geo, refused: gate.refused() });
  function request(): WorldRequest & { readonly signing: SigningRequest } {
    isBehind = false;
    return {
      zones: settings.zones,
      keep: join(settings.state, 'zones'),
      maps: join(settings.state, 'maps'),
      geo: allowed(),
      hosts: hostnames.known(),
      signing: {
        now: clock.now(),
        known: new Map(),
        challenges: challenges().map(({ name, token }) => ({ name, token })),
      },
    };
  }
  return {
    zones: settings.zones,
    geo: allowed,
    gate,
    follow(next) {
      maxShift = next.geo.maxShift;
      worldWeights = next.worldWeights;
      geo = geoRequest({ ...settings, geo: next.geo });
    },
    hostnames,
    resolver,
    resolveOwn: createResolver({ search: true }).resolve,
    request,
    isBehind: () => isBehind || gate.isBehind(),
    first: (builder) => openFirstWorld(request, hostnames, clock, builder),
    async stop() {
      await gate.stop();
      await hostnames.close();
    },
  };
}
