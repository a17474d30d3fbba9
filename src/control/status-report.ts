/**
 * The JSON answer to `status`: the server as a whole. Scripts rely on its shape: it may grow, but nothing in it is renamed.
 * The same holds for all reports.
 */
import type { ChallengeReport } from './challenge-report.js';
import type { CountersReport } from './counters-report.js';
import type { FleetReport } from './fleet-report.js';
import type { GeoReport, HeldReport, MapsReport, UpdateReport } from './geo-report.js';
import type { ZoneReport } from './mirror-report.js';

/** `status --json`. */
export interface StatusReport {
  readonly version: string;
  readonly generation: number;
  readonly transport: 'batched' | 'portable';
  readonly listen: readonly string[];
  /** When the process started; RFC 3339. */
  readonly started: string;
  readonly worker_deaths: number;
  /** Worker threads that do not answer. */
  readonly silent_workers: number;
  readonly state_write_failures: number;
  /** Log lines that could not be written, since the reader did not read them or the disk was full. */
  readonly log_lines_dropped: number;
  /** Problems with the files kept between starts, in words. */
  readonly state_problems: readonly string[];
  /** Falls that were suppressed, since no canary answered: this host's own uplink was down. */
  readonly suppressed_falls: number;
  /** This host's clock, compared with the time that mirrors report. Absent: fewer than three do. */
  readonly clock?: ClockReport;
  readonly zones: readonly ZoneReport[];
  /**
   * Zone files that serve nothing: they are invalid and there is no earlier good copy. If only such a file defines a zone,
   * and the zone's name can be read from it, queries for the zone get SERVFAIL.
   */
  readonly refused: readonly { readonly file: string; readonly error: string; readonly zone?: string }[];
  /** Mirrors' host names that are resolved. */
  readonly hostnames: readonly HostnameReport[];
  /** Absent: none. */
  readonly challenges?: readonly ChallengeReport[];
  /** Zones that were served signed and became unsigned too early; absent: none. */
  readonly unsigned?: readonly UnsignedReport[];
  /** Absent: the server decides alone. */
  readonly fleet?: FleetReport;
  readonly geo: readonly GeoReport[];
  /** Problems with the configured databases, in words; those in `geo` serve meanwhile. */
  readonly geo_problems: readonly string[];
  readonly geo_held: readonly HeldReport[];
  /** Other problems with databases: rules that need another one, copies that could not be kept. */
  readonly geo_warnings: readonly string[];
  readonly maps: MapsReport;
  readonly updates: readonly UpdateReport[];
  readonly counters: CountersReport;
  /** Absent: no `tls` in the config. */
  readonly tls?: TlsReport;
  /**
   * About how many queries fit into the queue of one socket while the server restarts, and for how many seconds that is
   * enough at the recent rate, if any came. Absent: UDP is portable.
   */
  readonly queue?: { readonly questions: number; readonly seconds?: number };
  readonly notifications: readonly NotificationReport[];
  readonly http: HttpReport;
  /** Why the last reload failed as a whole and changed nothing. */
  readonly reload_error?: string;
  /** Config keys that have changed since, and wait for a restart. */
  readonly restart?: readonly string[];
}

export interface ClockReport {
  /** Negative: behind. */
  readonly ahead_seconds: number;
  readonly mirrors: number;
  /** By more than an hour. */
  readonly wrong: boolean;
}

export interface HostnameReport {
  readonly hostname: string;
  /** The mirrors that use it, as `ZONE/NAME`. */
  readonly mirrors?: readonly string[];
  /** The last known ones. */
  readonly addresses: readonly string[];
  /** When it was last resolved; RFC 3339. */
  readonly resolved?: string;
  /** Why it can't be resolved now. */
  readonly error?: string;
  /** Addresses of it that are not used, and why. */
  readonly warnings?: readonly string[];
}

/** A zone that was served signed and became unsigned too early. */
export interface UnsignedReport {
  readonly zone: string;
  /** RFC 3339. */
  readonly since: string;
  /** Until when a DS may be in caches, even if the parent removed it at once; RFC 3339. */
  readonly until: string;
}

/** The certificate that TLS uses. */
export interface TlsReport {
  /** The path of its file. */
  readonly certificate: string;
  /** RFC 3339, as is `ends`. */
  readonly begins: string;
  readonly ends: string;
  /** What is wrong with the current files; the previous certificate stays in use. */
  readonly error?: string;
}

/** The HTTP listeners for browsers and programs. */
export interface HttpReport {
  readonly listen: readonly string[];
  /** Listeners that could not be opened, and why. */
  readonly unavailable: readonly string[];
}

/** A notification channel; the counts are since the start. */
export interface NotificationReport {
  readonly channel: string;
  /** Messages that arrived, and messages given up after about an hour. */
  readonly sent: number;
  readonly failed: number;
  /** Events dropped because there were too many, and events that wait. */
  readonly dropped: number;
  readonly waiting: number;
  readonly last_error?: string;
}
