/**
 * The one error that this folder throws for a failed download. Besides the message for the operator it says whether a retry
 * may help. The message never repeats what a server sent, which may be long, hostile, or an echo of the credentials.
 */
import { describeError, GeopoolError } from '../platform/errors.js';

/**
 * `passing`: a retry may work soon (5xx, a broken connection). `final`: a retry now is useless. `refused`: the account or
 * its key is not accepted, so other editions need not be requested either.
 */
export type FaultKind = 'passing' | 'final' | 'refused';

export class UpdateFault extends GeopoolError {
  readonly kind: FaultKind;
  /** The server's Retry-After, in milliseconds from its answer. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FaultKind, message: string, retryAfterMs?: number) {
    super('UPDATE_FAILED', message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A final fault for a file system error; `what` begins the message, for example "can't write PATH". */
export function diskFault(what: string, error: unknown): UpdateFault {
  return new UpdateFault('final', `${what}: ${describeError(error)}`);
}

/** Runs a step that uses the file system; a failure becomes a `diskFault`. */
export async function onDisk<T>(what: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw diskFault(what, error);
  }
}
