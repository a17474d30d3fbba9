/**
 * What is probed: one address of one mirror, as one pool wants it probed. Every address of every family has probes of
 * its own, so that broken IPv6 is seen while IPv4 works. A target is up when all of its checks say so; a check is one of
 * its probes, judged for itself.
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
  /** The mirror's own name, where it has one. */
  readonly hostname?: string;
  /** Where its redirects may lead besides the Internet at large; absent: nowhere. */
  readonly admitted?: Admitted;
}

export interface Target extends Place {
  /** At least one. */
  readonly probes: readonly Probe[];
  /** How it is asked for its own say; absent: it has none. */
  readonly selfWeight?: HttpProbe;
}

/** One probe of a target. */
export interface Check extends Place {
  readonly probe: Probe;
}

/** The checks of a target in the order of its probes, two that ask the same being one, each under its `checkKey`. */
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
 * The text that a verdict is kept under: zone, pool, address and what is asked of it. Timing is left out, so that a new
 * interval keeps the verdict while a new path, which asks something else, starts anew.
 */
export function checkKey({ zone, pool, address, probe }: Check): string {
  return JSON.stringify([zone, pool, address.text, ...identifyProbe(probe)]);
}

/** The text that a target is known by; that of its check where it has only one. */
export function targetKey(target: Target): string {
  return [...checksOf(target).keys()].join(' ');
}

/** The few fields that let an operator find a target in the log. */
export function describeTarget({ zone, pool, mirror, address }: Place): {
  zone: string;
  pool: string;
  mirror: string;
  address: string;
} {
  return { zone, pool, mirror, address: address.text };
}
