/**
 * Errors that an operator sees. Each has a stable code that scripts may match, a message that names the thing and says
 * what to do, and the exit code its verb ends with. Anything that is not a GeopoolError is a defect of ours.
 */

/** Exit code of a program that ends with the error: 1 the input is wrong, 2 usage, 3 the server can't be reached. */
const CATALOGUE = {
  /** A zone file does not parse or does not hold together; `details` has a line for each fault. */
  ZONE_INVALID: 1,
  /** A file of another system that can't be imported. */
  IMPORT_INVALID: 1,
  /** geopool.yaml or the environment is wrong. */
  CONFIG_INVALID: 1,
  /** A verb was called with arguments that it does not understand. */
  USAGE: 2,
  /** Nothing listens on the control socket, or it may not be opened. */
  SERVER_UNREACHABLE: 3,
  /** The server understood a request and refuses it, because of an unknown mirror for example. */
  REQUEST_REFUSED: 1,
  /** An address and port that can't be listened on. */
  LISTEN_FAILED: 1,
  /** A location database that can't be opened, walked or read. */
  DATABASE_INVALID: 1,
  /** Fetching a location database failed; the old one stays. */
  UPDATE_FAILED: 1,
  /** Another server runs on the same state directory. */
  ALREADY_RUNNING: 1,
  /** The state directory can't be read or written. */
  STATE_UNUSABLE: 1,
} as const;

/** What EMFILE means, and what to do. */
export const TOO_FEW_FILES =
  'this process may open too few files, raise the limit to 1024 or more (ulimit -n, LimitNOFILE=)';

export type ErrorCode = keyof typeof CATALOGUE;

export class GeopoolError extends Error {
  readonly code: ErrorCode;
  /** More lines for the operator, such as one for each fault of a zone file. */
  readonly details: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: readonly string[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GeopoolError';
    this.code = code;
    this.details = options.details ?? [];
  }

  get exitCode(): 1 | 2 | 3 {
    return CATALOGUE[this.code];
  }
}

/** The system error code of `error`, such as `ENOENT`; undefined if it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Any thrown value as one line for an operator, without a stack trace. */
export function describeError(error: unknown): string {
  if (error instanceof Error) {
    const text = error.message || codeOf(error) || error.name;
    return text.split('\n', 1)[0] ?? text;
  }
  return String(error);
}
