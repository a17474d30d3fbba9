/**
 * The requests to a running server. The daemon carries them out; this folder only brings them over the socket.
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
  /** The history of one mirror, several or all; rejects with REQUEST_REFUSED for a mirror without any. */
  history(mirror: string | undefined): Promise<HistoryReport>;
  explain(request: ExplainRequest): Promise<Explanation>;
  /** The line in which all `explain` requests wait, from the socket or over HTTP. */
  readonly explaining: Line;
  /** Rejects with REQUEST_REFUSED for a mirror that is unknown or not unique, or with STATE_UNUSABLE. */
  disable(request: DisableRequest): Promise<OverrideChange>;
  enable(request: EnableRequest): Promise<OverrideChange>;
  readonly challenges: ChallengeHandlers;
  reload(): Promise<ReloadReport>;
  /** Probes the mirrors of that name, or all, once and now. Rejects with REQUEST_REFUSED for an unknown name. */
  probe(mirror: string | undefined): Promise<readonly ProbeResultReport[]>;
  geoInfo(): readonly GeoReport[];
  /** The state of fetching the databases. */
  geoUpdates(): readonly UpdateReport[];
  /** Rejects with REQUEST_REFUSED if no account is configured. */
  geoUpdate(): Promise<GeoUpdateReport>;
  /** Decides what becomes of the databases that are held. Rejects with REQUEST_REFUSED if none is. */
  geoAccept(): Promise<readonly HeldReport[]>;
  geoReject(): Promise<readonly HeldReport[]>;
  /** Sends a test message over each channel. */
  notifyTest(): Promise<NotifyTestReport>;
}

export interface ExplainRequest {
  readonly name: string;
  /** The client's address. */
  readonly from: string;
  readonly type: 'A' | 'AAAA';
}

export interface DisableRequest {
  /** `ZONE/NAME`, or NAME if that is unique; NAME may be a glob. */
  readonly mirror: string;
  readonly reason: string;
  /** When it ends: RFC 3339. */
  readonly until?: string;
  /** The longest it lasts, in milliseconds, if it was given as a duration: the clock may be set meanwhile. */
  readonly lasts?: number;
  /** Who gives it. */
  readonly by?: string;
  /** Also if a pool would then be empty or in panic; otherwise that is refused. */
  readonly force?: boolean;
  /** For this server alone; otherwise for its fleet, if it is in one. */
  readonly local?: boolean;
}

export interface EnableRequest {
  readonly mirror: string;
  /** Removes the override for this server alone; that of its fleet applies again. */
  readonly local?: boolean;
}

export interface OverrideChange {
  readonly zone: string;
  readonly mirror: string;
  /** False: the mirror already was as requested. */
  readonly changed: boolean;
  /** All mirrors, if a glob matched several; the first is the one above. */
  readonly all: readonly ChangedMirror[];
  /** What pools lose by disabling, in words; absent: nothing. */
  readonly effects?: readonly string[];
  /** Whether it holds on the other members of the fleet; absent: it is for this server alone. */
  readonly members?: readonly MemberHearing<'holds'>[];
}

interface ChangedMirror {
  readonly zone: string;
  readonly mirror: string;
  readonly changed: boolean;
  /** Its state once it is enabled, in words. */
  readonly standing?: string;
}
