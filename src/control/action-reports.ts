/**
 * The JSON answers to verbs that make the server act: `probe`, `reload`, `notify test`.
 */

/** `probe --json`: one probe, made just now. */
export interface ProbeResultReport {
  readonly mirror: string;
  readonly address: string;
  readonly type: string;
  readonly ok: boolean;
  /** Null if it succeeded. */
  readonly cause: string | null;
  /** Each with its milliseconds, and what was found, or what was compared with what. */
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
  /** In total. */
  readonly ms: number;
  readonly rate?: number;
  readonly certificate_ends?: string;
  readonly warning?: string;
}

/** The result of a reload, with invalid files in words. The zones of the others are served from their current state. */
export interface ReloadReport {
  /** It failed as a whole: everything is served as before. */
  readonly failed?: true;
  readonly generation: number;
  readonly zones: number;
  /** Config keys that have changed and wait for a restart; absent: none. */
  readonly restart?: readonly string[];
  readonly faults: readonly string[];
}

export interface NotifyTestReport {
  readonly channels: readonly { readonly channel: string; readonly ok: boolean; readonly reason?: string }[];
}
