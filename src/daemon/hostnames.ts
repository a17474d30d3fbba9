/**
 * Keeps the addresses of mirrors that are known by name. Each name is asked for in both families, again when its answer
 * ends; where nobody can tell, the last known addresses stay, and outlive the process in the state directory. Whether an
 * address serves is for probes to say.
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

/** However short an answer holds, it is not asked for more often; nor less often than `interval`. */
const SHORTEST_MS = 10_000;

/** How a name stands, for status. */
export interface HostnameState {
  readonly hostname: string;
  readonly addresses: readonly Address[];
  /** When it was last resolved, in milliseconds since 1970. */
  readonly resolvedAt?: number;
  /** Why the last attempt gave nothing; the addresses are those of before. */
  readonly error?: string;
  /** What of the last answer is not used, and why. */
  readonly warnings: readonly HostWarning[];
}

export interface Hostnames {
  /** From now on these names are kept; those that are new, or may lead elsewhere now, are asked for at once. */
  follow(names: HostNetworks): void;
  /** Resolves when every followed name has been asked for once. */
  settled(): Promise<void>;
  /** What is known, also of names that the process before followed and nobody follows yet. */
  known(): HostAddresses;
  states(): readonly HostnameState[];
  /** Stops asking, writes what is to be kept. Does not reject. */
  close(): Promise<void>;
}

export interface HostnamesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly resolve: Resolve;
  /** The longest time between two questions for a name, in milliseconds. */
  readonly interval: number;
  /** Of the state directory. */
  readonly files: StateFiles;
  /** What the process before knew. */
  readonly stored: HostAddresses;
  /** The addresses of a name are others now. */
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
  /** The question under way, or the last. */
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
    // A name without any address is as good as one that can't be resolved.
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

  /** Says once that a name can't be resolved, and once that it can again. */
  function tell({ hostname, error: before }: Followed, error: string | undefined, left: number): void {
    if (error !== undefined && before === undefined) {
      const meanwhile = left === 0 ? 'it has no known address' : 'its last known addresses stay';
      log.warn({ event: 'hostname-unresolved', hostname, error }, `${error}: ${meanwhile}`);
    } else if (error === undefined && before !== undefined) {
      log.info({ event: 'hostname-resolved', hostname }, `${hostname} is resolved again`);
    }
  }

  /** Says each thing once, though not each address in it: whoever keeps the name may have a new one each time. */
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
