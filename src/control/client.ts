/**
 * Sends requests to a running server, for the verbs.
 */
import { request as httpRequest } from 'node:http';
import { codeOf, GeopoolError } from '../platform/errors.js';
import { MINUTE_MS } from '../platform/time.js';

/** Milliseconds without any data from the server; probing all mirrors may take long. */
const PATIENCE = 10 * MINUTE_MS;

/**
 * Sends a request to the server behind the first of these sockets that is listened on, and returns its answer. Rejects
 * with SERVER_UNREACHABLE if there is none, or with the server's refusal.
 */
export async function ask<T>(
  where: string | readonly string[],
  method: 'GET' | 'POST',
  route: string,
  body?: unknown,
  patience = PATIENCE,
): Promise<T> {
  const faults: GeopoolError[] = [];
  for (const path of [where].flat()) {
    try {
      return await askAt<T>(path, method, route, body, patience);
    } catch (error) {
      if (!(error instanceof GeopoolError) || !NOBODY.includes(codeOf(error.cause) ?? '')) throw error;
      faults.push(error);
    }
  }
  const [only] = faults;
  if (only !== undefined && faults.length === 1) throw only;
  throw new GeopoolError(
    'SERVER_UNREACHABLE',
    `no server was found (--control, --config, GEOPOOL_CONTROL or GEOPOOL_CONFIG name one): ${faults.map(({ message }) => message).join('; ')}`,
    { cause: only },
  );
}

/** Errors that mean that no server is there, or none for this user, and that nothing was sent. */
const NOBODY: readonly string[] = ['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'EACCES'];

async function askAt<T>(
  path: string,
  method: string,
  route: string,
  body: unknown,
  patience: number,
): Promise<T> {
  const { status, text } = await exchange(path, method, route, body, patience);
  const value = parsed(text);
  if (status === 200 && value !== undefined) return value;
  const { readRefusal } = await import('./refusal.js');
  throw (
    readRefusal(value) ??
    new GeopoolError('SERVER_UNREACHABLE', `${path}: what answers there is not geopool's server`)
  );
}

/** Undefined if the text is not JSON. */
function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exchange(
  path: string,
  method: string,
  route: string,
  body: unknown,
  patience: number,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath: path, method, path: route, timeout: patience }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', fail);
    });
    const fail = (error: NodeJS.ErrnoException): void => reject(unreachable(path, error));
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', fail);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function unreachable(path: string, error: NodeJS.ErrnoException): GeopoolError {
  const why: Record<string, string> = {
    ENOENT: 'there is no such socket; is the server running, and is this its --control path?',
    ECONNREFUSED: 'nobody listens there; the server is not running',
    EAGAIN: 'too many are asking just now; try again in a moment',
    EACCES: 'permission denied; only root and the group of the socket may ask',
  };
  return new GeopoolError('SERVER_UNREACHABLE', `${path}: ${why[error.code ?? ''] ?? error.message}`, {
    cause: error,
  });
}
