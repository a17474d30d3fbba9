/**
 * What `status` reports of zones, pools and mirrors, as JSON.
 */
import type { Family, PanicAction, Verdict } from '../platform/types.js';

export interface ZoneReport {
  readonly zone: string;
  readonly serial: number;
  readonly file: string;
  /** The file is invalid, and the copy of its last good state is served. One line for each fault. */
  readonly error?: string;
  /** When the first of its signatures expires, unless renewed before; RFC 3339. Absent: the zone is not signed. */
  readonly signed_until?: string;
  /** Absent: the zone is not signed. */
  readonly keys?: KeysReport;
  readonly pools: readonly PoolReport[];
}

/** The keys that a zone is signed with, by their tags. */
export interface KeysReport {
  readonly signing: number;
  /** Published, and signs next. */
  readonly next?: number;
  /** Still published, for caches that need them. */
  readonly retired: readonly number[];
  /** The parent is asked to remove all DS records. */
  readonly withdrawn: boolean;
  /** When the next step of a key is due; absent: never. RFC 3339. */
  readonly next_change?: string;
  /** What has not yet been seen at the parent; absent: nothing is due there. */
  readonly parent_due?: ParentDueReport;
  /** The key file is invalid; the keys from before are used. One line for each fault. */
  readonly error?: string;
}

/** The parent must have the DS of the next key before the old one is removed. */
export interface ParentDueReport {
  readonly next: number;
  readonly old: number;
  /** RFC 3339. */
  readonly until: string;
  /** When the old key is removed; RFC 3339. */
  readonly removed: string;
}

export interface PoolReport {
  /** The owner name, absolute. */
  readonly name: string;
  readonly panic: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** The action taken in panic. */
  readonly panic_action: PanicAction;
  /** No canary answers, so this host's network is at fault: no verdict falls. */
  readonly frozen: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** The operator allows the pool to have no mirror for some clients, or for all. */
  readonly may_be_empty?: true;
  readonly canaries: readonly CanaryReport[];
  readonly mirrors: readonly MirrorReport[];
  /** Mirrors whose host names have no known address; absent: none. */
  readonly without_address?: readonly string[];
}

/** A canary in one family, as last asked. */
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
  /** Used in answers when it is up: its weight is not 0 and it is not disabled. */
  readonly enabled: boolean;
  readonly weight: number;
  /** Used in answers only if fewer others are available than an answer has addresses. */
  readonly backup?: true;
  /** Since when it has this state; RFC 3339. */
  readonly since: string;
  /** Slow start: it has this many tenths of its weight and cap, while the others fill the answer. */
  readonly growth?: number;
  /** What it reports about itself. */
  readonly self_weight?: SelfWeightReport;
  /** Its part of the pool's world-wide traffic, if any member has a limit on that. */
  readonly world_share?: WorldShareReport;
  /** When it came back from being down; absent: it never was. RFC 3339. */
  readonly returned?: string;
  /** Its fall is suppressed, since this host's own uplink is down. */
  readonly suppressed?: true;
  /** Why it can't be probed, through no fault of its own; its state stays as it was. */
  readonly not_judged?: string;
  /** It flaps, and must not rise before this; RFC 3339. */
  readonly held_until?: string;
  /** The latest of all its probes. */
  readonly last_probe?: LastProbeReport;
  /** Each of its probes: it is up if all of them are. */
  readonly probes: readonly ProbeReport[];
  /** The speed of the last sample, in octets a second. */
  readonly rate?: number;
  /** Warnings that affect no verdict: a certificate that ends soon. */
  readonly warnings?: readonly string[];
  readonly override?: OverrideReport;
  /** How the members of the fleet judge it; absent: this server decides alone. */
  readonly fleet?: JointReport;
}

/** What the members of a fleet report about an address. */
export interface JointReport {
  /** The joint verdict and since when, as known here; absent: there is none, and this server's own counts. */
  readonly verdict?: 'up' | 'down';
  readonly since?: string;
  /** All configured members. */
  readonly members: readonly {
    readonly member: string;
    /** Absent, as are the following: the member is silent, abstains or does not probe the address. */
    readonly state?: 'up' | 'down';
    readonly since?: string;
    readonly cause?: string;
    readonly probed?: string;
  }[];
}

/** What a mirror reports about itself. */
export interface SelfWeightReport {
  /** The fraction of its weight and cap that it wants, 0 to 1; 0: it drains. */
  readonly part: number;
  /** When it last reported; RFC 3339. */
  readonly at: string;
  /** Why it no longer reports; its last report counts for a while. */
  readonly error?: string;
}

/** A mirror's share of the total expected traffic of its pool. */
export interface WorldShareReport {
  /** The most that it may get, above 0 and at most 1. */
  readonly limit: number;
  /** What it is expected to get, 0 to 1. */
  readonly expected: number;
  /** The factor on its weight and cap that this requires, while the others fill the answer; above 0 and at most 1. */
  readonly factor: number;
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
  /** Absent, as is `by`, where everybody may read the report. */
  readonly reason?: string;
  readonly since: string;
  readonly until?: string;
  /** Who gave it, if known. */
  readonly by?: string;
  /** The member of the fleet that it was given on; absent: this one, or there is no fleet. */
  readonly member?: string;
  /** It applies to this server alone. */
  readonly local?: true;
  /** The zone file that it stands in; absent: it was given over the control socket. */
  readonly file?: string;
}
