/**
 * What `status` answers, as JSON: the server as a whole. Scripts rely on its shape: it may grow, but nothing in it is
 * renamed. The same holds for all reports.
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
  /** Threads that do not answer. */
  readonly silent_workers: number;
  readonly state_write_failures: number;
  /** Lines of the log that could not be written, since nobody read them or the disk was full. */
  readonly log_lines_dropped: number;
  /** What is wrong with what is kept between starts, in words. */
  readonly state_problems: readonly string[];
  /** Falls that were suppressed, since no canary answered: this host's own uplink was down. */
  readonly suppressed_falls: number;
  /** This host's clock, by what so many mirrors say of the time. Absent: fewer than three do. */
  readonly clock?: ClockReport;
  readonly zones: readonly ZoneReport[];
  /**
   * Zone files that serve nothing at all: they are wrong and no good copy was ever kept. A zone that such a file alone is
   * of, where that can be read, answers SERVFAIL.
   */
  readonly refused: readonly { readonly file: string; readonly error: string; readonly zone?: string }[];
  /** Mirrors' names that are resolved. */
  readonly hostnames: readonly HostnameReport[];
  /** Absent: none. */
  readonly challenges?: readonly ChallengeReport[];
  /** Zones that were served signed, and are unsigned too early; absent: none. */
  readonly unsigned?: readonly UnsignedReport[];
  /** Absent: the server judges alone. */
  readonly fleet?: FleetReport;
  readonly geo: readonly GeoReport[];
  /** What is wrong with the databases that were asked for, in words; the ones in `geo` serve meanwhile. */
  readonly geo_problems: readonly string[];
  readonly geo_held: readonly HeldReport[];
  /** What else is not as it should be with them: rules that need another one, copies that could not be kept. */
  readonly geo_warnings: readonly string[];
  readonly maps: MapsReport;
  readonly updates: readonly UpdateReport[];
  readonly counters: CountersReport;
  /** Absent: no `tls` in the config. */
  readonly tls?: TlsReport;
  /**
   * Questions that may wait in one socket while the server is started anew, about, and for how many seconds that is enough as
   * they came of late, if any did. Absent where UDP is portable.
   */
  readonly queue?: { readonly questions: number; readonly seconds?: number };
  readonly notifications: readonly NotificationReport[];
  readonly http: HttpReport;
  /** Why the last reload changed nothing, where it failed as a whole. */
  readonly reload_error?: string;
  /** Keys of the config that are others since, and wait for a restart. */
  readonly restart?: readonly string[];
}

export interface ClockReport {
  /** Negative: it is behind. */
  readonly ahead_seconds: number;
  readonly mirrors: number;
  /** By more than an hour. */
  readonly wrong: boolean;
}

export interface HostnameReport {
  readonly hostname: string;
  /** The mirrors that have it, as `ZONE/NAME`. */
  readonly mirrors?: readonly string[];
  /** The last known. */
  readonly addresses: readonly string[];
  /** When it last could be resolved; RFC 3339. */
  readonly resolved?: string;
  /** Why it can't be now. */
  readonly error?: string;
  /** What of its addresses is not used, and why. */
  readonly warnings?: readonly string[];
}

/** The certificate that TLS is answered with. */
export interface UnsignedReport {
  readonly zone: string;
  /** RFC 3339. */
  readonly since: string;
  /** A DS may be in caches for so long, where the parent took it away at once; RFC 3339. */
  readonly until: string;
}

export interface TlsReport {
  /** The path of its file. */
  readonly certificate: string;
  /** RFC 3339, as the next. */
  readonly begins: string;
  readonly ends: string;
  /** What is wrong with what the files are now; the one before stays in use. */
  readonly error?: string;
}

/** Where this may be read by browsers and programs. */
export interface HttpReport {
  readonly listen: readonly string[];
  /** Where it should be and can't, and why. */
  readonly unavailable: readonly string[];
}

/** A channel over which people are told, since the start. */
export interface NotificationReport {
  readonly channel: string;
  /** Messages that arrived, and that were given up after about an hour. */
  readonly sent: number;
  readonly failed: number;
  /** Events that were too many, and that wait. */
  readonly dropped: number;
  readonly waiting: number;
  readonly last_error?: string;
}
