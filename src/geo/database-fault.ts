/**
 * The only error of src/geo: a location database that cannot be used. Whatever goes wrong with a damaged file becomes this
 * error, so that callers need to catch nothing else to fall back on another database.
 */
import { describeError, GeopoolError } from '../platform/errors.js';

/** A DATABASE_INVALID that names the file, the fault, and what to do. */
export function databaseFault(path: string, fault: string, cause?: unknown): GeopoolError {
  return new GeopoolError('DATABASE_INVALID', `${path}: ${fault}; fetch the database again or name another`, {
    cause,
  });
}

/** The same from anything thrown while `doing` ("can't be read"). A GeopoolError is returned unchanged. */
export function asDatabaseFault(path: string, doing: string, thrown: unknown): GeopoolError {
  if (thrown instanceof GeopoolError) return thrown;
  return databaseFault(path, `${doing}: ${describeError(thrown)}`, thrown);
}
