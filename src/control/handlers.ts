/**
 * What may be asked of a running server. The daemon does it; this room only carries it over the socket.
 */
import type { Explanation } from '../compile/explain.js';
import type { NotifyTestReport, ProbeResultReport, ReloadReport } from './action-reports.js';
import type { ChallengeHandlers } from './challenge-report.js';
import type { GeoReport, GeoUpdateReport, HeldReport, UpdateReport } from './geo-report.js';
import type { HistoryReport } from './history-report.js';
import type { Line } from './line.js';
import type { MemberHearing } from './member-hearing.js';
import type { StatusReport } from './status-report.js';

export interface Handlers {
  status(): Promise<StatusReport>;
  /** Of one mirror or some; rejects with REQUEST_REFUSED for one that nothing is remembered of. */
  history(mirror: string | undefined): Promise<HistoryReport>;
  explain(request: ExplainRequest): Promise<Explanation>;
  /** Where all wait who ask for that, whichever way they come. */
  readonly explaining: Line;
  /** Rejects with REQUEST_REFUSED for a mirror that is unknown or not unique, or with STATE_UNUSABLE. */
  disable(request: DisableRequest): Promise<OverrideChange>;
  enable(request: EnableRequest): Promise<OverrideChange>;
  readonly challenges: ChallengeHandlers;
  reload(): Promise<ReloadReport>;
  /** Probes the mirrors of that name, or all, once and now. Rejects with REQUEST_REFUSED for an unknown name. */
  probe(mirror: string | undefined): Promise<readonly ProbeResultReport[]>;
  geoInfo(): readonly GeoReport[];
  /** How it stands with fetching them. */
  geoUpdates(): readonly UpdateReport[];
  /** Rejects with REQUEST_REFUSED where no account is configured. */
  geoUpdate(): Promise<GeoUpdateReport>;
  /** Says of the databases that are held what is to become of them. Rejects with REQUEST_REFUSED where none is. */
  geoAccept(): Promise<readonly HeldReport[]>;
  geoReject(): Promise<readonly HeldReport[]>;
  /** Tells a test over each channel. */
  notifyTest(): Promise<NotifyTestReport>;
}

export interface ExplainRequest {
  readonly name: string;
  /** The client's address. */
  readonly from: string;
  readonly type: 'A' | 'AAAA';
}

export interface DisableRequest {
  /** `ZONE/NAME`, or NAME where it is unique; NAME may be a glob. */
  readonly mirror: string;
  readonly reason: string;
  /** When it ends: RFC 3339. */
  readonly until?: string;
  /** Milliseconds that it lasts at most, where it was given as a time to last: the clock may be set meanwhile. */
  readonly lasts?: number;
  /** Who says so. */
  readonly by?: string;
  /** Also where a pool would be empty then, or in panic; else that is refused. */
  readonly force?: boolean;
  /** For this server alone; else for its fleet, where it is in one. */
  readonly local?: boolean;
}

export interface EnableRequest {
  readonly mirror: string;
  /** Takes back what is for this server alone; what its fleet says holds again. */
  readonly local?: boolean;
}

export interface OverrideChange {
  readonly zone: string;
  readonly mirror: string;
  /** False: it was as asked for already. */
  readonly changed: boolean;
  /** All of them, where it was a glob that meant several; the first is the one above. */
  readonly all: readonly ChangedMirror[];
  /** What disabling takes away from pools, in words; absent: nothing. */
  readonly effects?: readonly string[];
  /** Whether it holds on the other members of the fleet too; absent: it is for this server alone. */
  readonly members?: readonly MemberHearing<'holds'>[];
}

interface ChangedMirror {
  readonly zone: string;
  readonly mirror: string;
  readonly changed: boolean;
  /** How it stands once it is enabled, in words. */
  readonly standing?: string;
}
