/**
 * What `status` says of zones, pools and mirrors, as JSON.
 */
import type { Family, PanicAction, Verdict } from '../platform/types.js';

export interface ZoneReport {
  readonly zone: string;
  readonly serial: number;
  readonly file: string;
  /** The file is wrong; the copy of its last good state is served. One line for each fault. */
  readonly error?: string;
  /** When the first of its signatures expires, unless they are renewed before; RFC 3339. Absent: it is not signed. */
  readonly signed_until?: string;
  /** Absent: it is not signed. */
  readonly keys?: KeysReport;
  readonly pools: readonly PoolReport[];
}

/** The keys that a zone is signed with, by their tags. */
export interface KeysReport {
  readonly signing: number;
  /** Published to sign next. */
  readonly next?: number;
  /** Published for caches that still need them. */
  readonly retired: readonly number[];
  /** The parent is asked to take all DS away. */
  readonly withdrawn: boolean;
  /** When a key has something else to do; absent: never. RFC 3339. */
  readonly next_change?: string;
  /** What nobody has seen at the parent yet; absent: nothing is to be done there. */
  readonly parent_due?: ParentDueReport;
  /** Their file is wrong; they are those from before. One line for each fault. */
  readonly error?: string;
}

/** The parent must have the DS of the next key before the old one is removed. */
export interface ParentDueReport {
  readonly next: number;
  readonly old: number;
  /** RFC 3339. */
  readonly until: string;
  /** When the old key goes; RFC 3339. */
  readonly removed: string;
}

export interface PoolReport {
  /** The owner name, absolute. */
  readonly name: string;
  readonly panic: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** What is done in panic. */
  readonly panic_action: PanicAction;
  /** No canary answers, so it is this host's network that fails: no verdict falls. */
  readonly frozen: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** That it has nobody for some client, or for all, is what the operator wants. */
  readonly may_be_empty?: true;
  readonly canaries: readonly CanaryReport[];
  readonly mirrors: readonly MirrorReport[];
  /** Mirrors whose host names lead nowhere, as far as is known; absent: none. */
  readonly without_address?: readonly string[];
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
  /** Answered only where fewer others stand than an answer has addresses. */
  readonly backup?: true;
  /** Since when it has this state; RFC 3339. */
  readonly since: string;
  /** It came back a short while ago: so many tenths of its weight and cap, while the others fill the answer. */
  readonly growth?: number;
  /** What it says of itself. */
  readonly self_weight?: SelfWeightReport;
  /** How it shares the world with the others of its pool, where any has a limit. */
  readonly world_share?: WorldShareReport;
  /** When it came back from being down; absent: it never was. RFC 3339. */
  readonly returned?: string;
  /** Its fall is suppressed, since this host's own uplink is down. */
  readonly suppressed?: true;
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
  /** Who of the fleet says what of it; absent: this server judges alone. */
  readonly fleet?: JointReport;
}

/** What the members of a fleet say of an address. */
export interface JointReport {
  /** The joint verdict and since when, as this server knows it; absent: there is none, and its own one counts. */
  readonly verdict?: 'up' | 'down';
  readonly since?: string;
  /** All that are configured. */
  readonly members: readonly {
    readonly member: string;
    /** Absent, as the rest: it is silent, abstains or does not probe the address. */
    readonly state?: 'up' | 'down';
    readonly since?: string;
    readonly cause?: string;
    readonly probed?: string;
  }[];
}

/** What a mirror says of itself. */
export interface SelfWeightReport {
  /** The part of its weight and cap that it wants, 0 to 1; 0: it drains. */
  readonly part: number;
  /** When it said so last; RFC 3339. */
  readonly at: string;
  /** Why it says nothing any more; what it said last counts for a while. */
  readonly error?: string;
}

/** A mirror's share of its pool's whole expected traffic. */
export interface WorldShareReport {
  /** The most that it may have, above 0, at most 1. */
  readonly limit: number;
  /** What it is expected to have, 0 to 1. */
  readonly expected: number;
  /** What its weight and cap are multiplied by for that, while the others fill the answer; above 0, at most 1. */
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
  /** Absent, as `by`, where everybody may read it. */
  readonly reason?: string;
  readonly since: string;
  readonly until?: string;
  /** Who said so, where that is known. */
  readonly by?: string;
  /** The member of the fleet that it was said on; absent: here, or there is no fleet. */
  readonly member?: string;
  /** It is for this server alone. */
  readonly local?: true;
  /** The zone file that says so; absent: it was said over the control socket. */
  readonly file?: string;
}
