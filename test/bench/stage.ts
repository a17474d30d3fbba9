/**
 * What every part of the benchmark is given: the tools, the database, and room to work in.
 */
import type { CProgram } from './c-programs.js';
import type { Options } from './options.js';
import type { Processes } from './processes.js';

export interface Stage {
  readonly options: Options;
  /** For files; it is removed at the end. */
  readonly directory: string;
  /** The path of the City database. */
  readonly database: string;
  readonly programs: Readonly<Record<CProgram, string>>;
  readonly processes: Processes;
  /** A port on loopback that nobody here uses yet. */
  nextPort(): number;
  /** Tells whoever waits what is going on. */
  say(text: string): void;
}

/** The core of the servers, all of them: one at a time has work to do. */
export const SERVER_CORE = 0;
/** The core of what asks them. */
export const CLIENT_CORE = 1;
