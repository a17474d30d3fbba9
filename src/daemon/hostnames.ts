/**
 * Keeps the addresses of mirrors that are known by name. Each name is resolved in both families, and again when its
 * answer expires. If it can't be resolved, the last known addresses stay, and outlive the process in the state
 * directory. Probes decide whether an address serves.
 */

import type { Address } from '../ip/address.js';
import type { Prefix } from '../ip/prefix.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { FAMILIES } from '../platform/types.js';
import type { Resolution, Resolve } from '../probe/resolve.js';
import type { StateFiles } from '../state/state-files.js';
import {
  type HostAddresses,
  type HostNetworks,
  type HostWarning,
  hostWarnings,
  mostOf,
  sortOut,
} from '../zone/hostnames.js';
import { keepHostnames } from './hostnames-file.js';
import { addressesIn, type SeenAddress, seenBefore, seenNow } from './seen-addresses.js';

/** A name is not resolved more often than this, however short its TTL; nor less often than `interval`. */
const SHORTEST_MS = 10_000;

/** The state of a name, for status. */
export interface HostnameState {
  readonly hostname: string;
  readonly addresses: readonly Address[];
  /** When it was last resolved, in milliseconds since 1970. */
  readonly resolvedAt?: number;
  /** Why the last attempt failed; the addresses are the previous ones. */
  readonly error?: string;
  /** Addresses in the last answer that are not used, and why. */
  readonly warnings: readonly HostWarning[];
}

export interface Hostnames {
  /** Follows these names from now on; new ones, and those whose permitted networks changed, are resolved at once. */
  follow(names: HostNetworks): void;
  /** Resolves when every followed name has been resolved once, or that failed. */
  settled(): Promise<void>;
  /** The known addresses, including names that the previous process followed and that are not followed yet. */
  known(): HostAddresses;
  states(): readonly HostnameState[];
  /** Stops resolving, and writes what must be kept. Does not reject. */
  close(): Promise<void>;
}

export interface HostnamesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly resolve: Resolve;
  /** The longest time between two resolutions of a name, in milliseconds. */
  readonly interval: number;
  /** The state directory's files. */
  readonly files: StateFiles;
  /** What the previous process knew. */
  readonly stored: HostAddresses;
  /** The addresses of a name have changed. */
  readonly onChange: () => void;
}

interface Followed {
  readonly hostname: string;
  readonly networks: ReadonlySet<Prefix>;
  addresses: readonly Address[];
  seen: readonly SeenAddress[];
  resolvedAt: number | undefined;
  error: string | undefined;
  warnings: readonly HostWarning[];
  /** The resolution in progress, or the last one. */
  asking: Promise<void>;
  cancel: () => void;
}

export function followHostnames(options: HostnamesOptions): Hostnames {
  const { clock, log, resolve, interval, files, stored, onChange } = options;
  let followed = new Map<string, Followed>();
  let closed = false;
  const file = keepHostnames(files, current);

  function current(): Map<string, readonly Address[]> {
    return new Map(Array.from(followed, ([hostname, { addresses }]) => [hostname, addresses]));
  }

  function start(hostname: string, networks: ReadonlySet<Prefix>, last: readonly Address[]): Followed {
    const addresses = mostOf(sortOut(last, networks).usable);
    const one: Followed = {
      hostname,
      networks,
      addresses,
      seen: seenBefore(addresses, clock.monotonic()),
      resolvedAt: undefined,
      error: undefined,
      warnings: [],
      asking: Promise.resolve(),
      cancel: () => undefined,
    };
    one.asking = ask(one);
    return one;
  }

  async function ask(one: Followed): Promise<void> {
    const [ipv4, ipv6] = await Promise.all(FAMILIES.map((family) => resolve(one.hostname, family)));
    if (closed || followed.get(one.hostname) !== one || ipv4 === undefined || ipv6 === undefined) return;
    take(one, ipv4, ipv6);
    one.cancel = clock.after(nextIn([ipv4, ipv6]), () => {
      one.asking = ask(one);
    });
  }

  function take(one: Followed, ipv4: Resolution, ipv6: Resolution): void {
    const before = one.addresses;
    const answers = [ipv4, ipv6].map((found) =>
      'addresses' in found ? sortOut(found.addresses, one.networks) : undefined,
    );
    const kept = FAMILIES.flatMap(
      (family, i) => answers[i]?.usable ?? before.filter((address) => address.family === family),
    );
    const refused = answers.flatMap((answer) => answer?.refused ?? []);
    const fault = 'fault' in ipv4 ? ipv4.fault : 'fault' in ipv6 ? ipv6.fault : undefined;
    const none = `${one.hostname} has no addresses${refused.length === 0 ? '' : ' but special-purpose ones'}`;
    const error = fault ?? (kept.length === 0 ? none : undefined);
    // A name without any address is treated like one that can't be resolved.
    if (kept.length > 0) one.seen = seenNow(one.seen, kept, clock.monotonic());
    const candidates = kept.length === 0 ? before : addressesIn(one.seen);
    const addresses = mostOf(candidates, before);
    const warnings = hostWarnings(one.hostname, refused, candidates);
    if (error === undefined) one.resolvedAt = clock.now();
    tell(one, error, addresses.length);
    warn(one, warnings);
    one.error = error;
    one.warnings = warnings;
    one.addresses = addresses;
    const [was, is] = [before, addresses].map((list) => list.map(({ text }) => text).join(', '));
    if (was === is) return;
    log.info(
      { event: 'hostname-changed', hostname: one.hostname, from: was, to: is },
      `${one.hostname} has the addresses ${is} now`,
    );
    file.mark();
    onChange();
  }

  /** Logs once that a name can't be resolved, and once that it can again. */
  function tell({ hostname, error: before }: Followed, error: string | undefined, left: number): void {
    if (error !== undefined && before === undefined) {
      const meanwhile = left === 0 ? 'it has no known address' : 'its last known addresses stay';
      log.warn({ event: 'hostname-unresolved', hostname, error }, `${error}: ${meanwhile}`);
    } else if (error === undefined && before !== undefined) {
      log.info({ event: 'hostname-resolved', hostname }, `${hostname} is resolved again`);
    }
  }

  /** Logs each kind of warning once, not each address in it: the name's owner may use a new one each time. */
  function warn({ hostname, warnings: before }: Followed, warnings: readonly HostWarning[]): void {
    for (const { event, text } of warnings) {
      if (!before.some((one) => one.event === event)) log.warn({ event, hostname }, text);
    }
  }

  function nextIn(found: readonly Resolution[]): number {
    const ttls = found.map((one) => ('fault' in one ? 0 : (one.ttl ?? Number.POSITIVE_INFINITY)));
    return Math.min(interval, Math.max(SHORTEST_MS, 1000 * Math.min(...ttls)));
  }

  return {
    follow(names) {
      const before = followed;
      const next = new Map<string, Followed>();
      for (const [hostname, networks] of names) {
        const one = before.get(hostname);
        if (one !== undefined && textOf(one.networks) === textOf(networks)) next.set(hostname, one);
      }
      for (const [hostname, one] of before) if (next.get(hostname) !== one) one.cancel();
      followed = next;
      for (const [hostname, networks] of names) {
        const last = before.get(hostname)?.addresses ?? stored.get(hostname) ?? [];
        if (!next.has(hostname)) next.set(hostname, start(hostname, networks, last));
      }
    },
    async settled() {
      await Promise.all(Array.from(followed.values(), ({ asking }) => asking));
    },
    known: () => new Map([...stored, ...current()]),
    states: () =>
      Array.from(followed.values(), ({ hostname, addresses, resolvedAt, error, warnings }) => ({
        hostname,
        addresses,
        warnings,
        ...(resolvedAt !== undefined && { resolvedAt }),
        ...(error !== undefined && { error }),
      })),
    async close() {
      closed = true;
      for (const { cancel } of followed.values()) cancel();
      await file.close();
    },
  };
}

function textOf(networks: ReadonlySet<Prefix>): string {
  return Array.from(networks, ({ text }) => text).join();
}
