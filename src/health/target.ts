/**
 * What is probed: one address of one mirror, as one pool wants it probed. Every address of every family has a probe of
 * its own, so that broken IPv6 is seen while IPv4 works.
 */
import type { Address } from '../ip/address.js';
import type { Probe } from '../zone/model.js';

export interface Target {
  /** The zone's name, absolute. */
  readonly zone: string;
  /** The pool's owner name, absolute. */
  readonly pool: string;
  /** The mirror's name in the zone file. */
  readonly mirror: string;
  readonly address: Address;
  readonly probe: Probe;
}

/**
 * The text that a verdict is kept under: zone, pool, address and what is asked of it. Timing is left out, so that a new
 * interval keeps the verdict while a new path, which asks something else, starts anew.
 */
export function targetKey(target: Target): string {
  const { zone, pool, address, probe } = target;
  return JSON.stringify([zone, pool, address.text, ...askedOf(probe)]);
}

/** The few fields that let an operator find a target in the log. */
export function describeTarget(target: Target): {
  zone: string;
  pool: string;
  mirror: string;
  address: string;
} {
  return { zone: target.zone, pool: target.pool, mirror: target.mirror, address: target.address.text };
}

function askedOf(probe: Probe): (string | number)[] {
  switch (probe.type) {
    case 'none':
      return ['none'];
    case 'tcp':
      return ['tcp', probe.port];
    case 'http':
    case 'https': {
      const expected = [...new Set(probe.expect)].sort((a, b) => a - b);
      return [probe.type, probe.port, probe.host, probe.path, expected.join(',')];
    }
  }
}
