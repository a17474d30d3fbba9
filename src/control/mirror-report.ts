/**
 * What `status` says of zones, pools and mirrors, as JSON.
 */
import type { Family, Verdict } from '../facts.js';

export interface ZoneReport {
  readonly zone: string;
  readonly serial: number;
  readonly file: string;
  /** The file is wrong; the copy of its last good state is served. One line for each fault. */
  readonly error?: string;
  readonly pools: readonly PoolReport[];
}

export interface PoolReport {
  /** The owner name, absolute. */
  readonly name: string;
  readonly panic: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** No canary answers, so it is this host's network that fails: no verdict falls. */
  readonly frozen: { readonly ipv4: boolean; readonly ipv6: boolean };
  readonly canaries: readonly CanaryReport[];
  readonly mirrors: readonly MirrorReport[];
}

/** A canary as it was last asked in a family. */
export interface CanaryReport {
  readonly canary: string;
  readonly family: Family;
  /** `absent`: it has no address of the family. */
  readonly answer: 'answers' | 'silent' | 'absent';
  readonly at: string;
}

/** One address of a mirror in a pool. */
export interface MirrorReport {
  readonly name: string;
  readonly family: Family;
  readonly address: string;
  readonly state: Verdict;
  readonly cause?: string;
  /** Answered when it is up: its weight is not 0 and nobody disabled it. */
  readonly enabled: boolean;
  readonly weight: number;
  /** Since when it has this state; RFC 3339. */
  readonly since: string;
  /** It came back a short while ago: so many tenths of its weight and cap, while the others fill the answer. */
  readonly growth?: number;
  /** When it came back from being down; absent: it never was. RFC 3339. */
  readonly returned?: string;
  /** Its probes failed, but this host's own network is doubted: it stays as it was. */
  readonly withheld?: true;
  /** Why it can't be probed, through no fault of its own: it stays as it was. */
  readonly not_judged?: string;
  /** It flaps, and is not to come back before this; RFC 3339. */
  readonly held_until?: string;
  /** The latest of all its probes. */
  readonly last_probe?: LastProbeReport;
  /** Each of its probes: it is up when all are. */
  readonly probes: readonly ProbeReport[];
  /** How fast it sent the last sample, in octets a second. */
  readonly rate?: number;
  /** What to mind, though it is no verdict: a certificate that is about to end. */
  readonly warnings?: readonly string[];
  readonly override?: OverrideReport;
}

/** One probe of an address. */
export interface ProbeReport {
  readonly type: string;
  readonly path?: string;
  readonly module?: string;
  readonly port?: number;
  readonly state: Verdict;
  readonly cause?: string;
  readonly since: string;
  readonly held_until?: string;
  readonly last_probe?: LastProbeReport;
  readonly warning?: string;
}

export interface LastProbeReport {
  readonly at: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: string;
  /** Octets a second. */
  readonly rate?: number;
  /** When its certificate ends; RFC 3339. */
  readonly certificate_ends?: string;
}

export interface OverrideReport {
  /** `down`: in no answer. `up`: as if all probes were good. */
  readonly state: 'down' | 'up';
  /** Absent, as `by`, where everybody may read it. */
  readonly reason?: string;
  readonly since: string;
  readonly until?: string;
  /** Who said so, where that is known. */
  readonly by?: string;
  /** The zone file that says so; absent: it was said over the control socket. */
  readonly file?: string;
}
