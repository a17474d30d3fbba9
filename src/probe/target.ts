/**
 * What is probed: one address of one mirror, with the probes of one pool. Every address of every family is probed
 * separately, so that broken IPv6 is seen while IPv4 works. A check is one of a target's probes, judged separately; a
 * target is up when all of its checks are.
 */
import type { Address } from '../ip/address.js';
import type { Admitted } from '../ip/special-purpose.js';
import type { HttpProbe } from '../zone/http-probe-keys.js';
import { identifyProbe, type Probe } from '../zone/probe-forms.js';

interface Place {
  /** The zone's name, absolute. */
  readonly zone: string;
  /** The pool's owner name, absolute. */
  readonly pool: string;
  /** The mirror's name in the zone file. */
  readonly mirror: string;
  readonly address: Address;
  /** The mirror's own name, if it has one. */
  readonly hostname?: string;
  /** Special-purpose addresses that its redirects may lead to; absent: none. */
  readonly admitted?: Admitted;
}

export interface Target extends Place {
  /** At least one. */
  readonly probes: readonly Probe[];
  /** How the mirror is asked for its own weight; absent: it is not asked. */
  readonly selfWeight?: HttpProbe;
}

/** One probe of a target. */
export interface Check extends Place {
  readonly probe: Probe;
}

/** The checks of a target by `checkKey`, in the order of its probes. Two probes that ask the same are one check. */
export function checksOf({ probes, selfWeight: _, ...place }: Target): ReadonlyMap<string, Check> {
  const checks = new Map<string, Check>();
  for (const probe of probes) {
    const check = { ...place, probe };
    const key = checkKey(check);
    if (!checks.has(key)) checks.set(key, check);
  }
  return checks;
}

/**
 * The key under which a verdict is kept: zone, pool, address and what the probe asks. Timing is left out: a new interval
 * keeps the verdict, while a new path asks something else and starts over.
 */
export function checkKey({ zone, pool, address, probe }: Check): string {
  return JSON.stringify([zone, pool, address.text, ...identifyProbe(probe)]);
}

/** The key of a target. If it has only one check, it is that check's key. */
export function targetKey(target: Target): string {
  return [...checksOf(target).keys()].join(' ');
}

/** The fields that identify a target in the log. */
export function describeTarget({ zone, pool, mirror, address }: Place): {
  zone: string;
  pool: string;
  mirror: string;
  address: string;
} {
  return { zone, pool, mirror, address: address.text };
}
