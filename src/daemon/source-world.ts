/**
 * Where worlds come from: zone files, databases and the addresses of mirrors that are known by name.
 */
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import type { LiveWorld } from '../compile/compiler.js';
import type { GeoRequest, WorldRequest } from '../compile/world.js';
import { createResolver, type Resolve, type Resolver } from '../health/resolve.js';
import type { Log } from '../log.js';
import type { StateFiles } from '../state/state-files.js';
import { geoRequest } from './fetched-databases.js';
import { openFirstWorld } from './first-world.js';
import { followHostnames, type Hostnames } from './hostnames.js';
import { readHostnames } from './hostnames-file.js';
import type { DaemonSettings } from './settings.js';
import type { Signals } from './signals.js';

export interface WorldSource {
  readonly geo: GeoRequest;
  readonly hostnames: Hostnames;
  /** For mirrors, and for what is no mirror's: as other programs of this host would. */
  readonly resolver: Resolver;
  readonly resolveOwn: Resolve;
  /** What the next world is made from. */
  request(): WorldRequest;
  /** Whether addresses are others than when a world was last asked for. */
  isBehind(): boolean;
  first(): Promise<LiveWorld>;
  stop(): Promise<void>;
}

export async function openWorldSource(
  settings: DaemonSettings,
  files: StateFiles,
  {
    clock,
    log,
    signals,
  }: { readonly clock: Clock; readonly log: Log; readonly signals: Pick<Signals, 'emit'> },
): Promise<WorldSource> {
  const geo = geoRequest(settings);
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
      signals.emit('changed');
    },
  });
  function request(): WorldRequest {
    isBehind = false;
    return {
      zones: settings.zones,
      keep: join(settings.state, 'zones'),
      maps: join(settings.state, 'maps'),
      geo,
      hosts: hostnames.known(),
    };
  }
  return {
    geo,
    hostnames,
    resolver,
    resolveOwn: createResolver({ search: true }).resolve,
    request,
    isBehind: () => isBehind,
    first: () => openFirstWorld(request, hostnames, clock),
    stop: () => hostnames.close(),
  };
}
