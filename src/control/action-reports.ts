/**
 * What verbs answer, as JSON, that have the server do something: `probe`, `reload`, `notify test`.
 */

/** `probe --json`: one probe that was made just now. */
export interface ProbeResultReport {
  readonly mirror: string;
  readonly address: string;
  readonly type: string;
  readonly ok: boolean;
  /** Null where it is good. */
  readonly cause: string | null;
  /** Each with its milliseconds, and what was found or compared with what. */
  readonly steps: readonly {
    readonly step: string;
    readonly ms: number;
    readonly detail?: string;
    readonly error?: string;
  }[];
  readonly zone: string;
  readonly pool: string;
  readonly path?: string;
  readonly module?: string;
  readonly port?: number;
  /** In all. */
  readonly ms: number;
  readonly rate?: number;
  readonly certificate_ends?: string;
  readonly warning?: string;
}

/** What a reload did: which files are wrong, in words. The zones of the others are served as they are now. */
export interface ReloadReport {
  /** It failed as a whole: everything is served as it was. */
  readonly failed?: true;
  readonly generation: number;
  readonly zones: number;
  /** Keys of the config that are others, and wait for a restart; absent: none. */
  readonly restart?: readonly string[];
  readonly faults: readonly string[];
}

export interface NotifyTestReport {
  readonly channels: readonly { readonly channel: string; readonly ok: boolean; readonly reason?: string }[];
}
