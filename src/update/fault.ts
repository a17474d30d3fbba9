/**
 * What can go wrong with a download, as the one error that this room throws. Besides the message for the operator it
 * says whether asking again may help. A message never repeats what a server sent: it may be long, hostile, or an echo
 * of the credentials.
 */
import { describeError, GeopoolError } from '../platform/errors.js';

/**
 * `passing`: may work in a moment (5xx, a broken connection). `final`: asking again now is useless. `refused`: the account
 * or its key is not accepted, so no other edition need be asked for either.
 */
export type FaultKind = 'passing' | 'final' | 'refused';

export class UpdateFault extends GeopoolError {
  readonly kind: FaultKind;
  /** What the server's Retry-After asks for, in milliseconds from its answer. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FaultKind, message: string, retryAfterMs?: number) {
    super('UPDATE_FAILED', message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A final fault for an error of the file system; `what` opens the message, such as "can't write PATH". */
export function diskFault(what: string, error: unknown): UpdateFault {
  return new UpdateFault('final', `${what}: ${describeError(error)}`);
}

/** Runs a step with files; its failure becomes a `diskFault`. */
export async function onDisk<T>(what: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw diskFault(what, error);
  }
}
