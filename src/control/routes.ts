/** The requests of the control socket: the form of each, and the handler that answers it. */
import * as z from 'zod';
import { countOf } from '../platform/count-of.js';
import { GeopoolError } from '../platform/errors.js';
import type { Handlers } from './handlers.js';

/** Text of an operator, of 1 to `most` characters. */
const words = (most: number) => {
  const error = ({ input }: { input?: unknown }) =>
    typeof input !== 'string'
      ? 'expected text'
      : `${countOf(input.length, 'character')}, expected 1 to ${most}`;
  return z.string({ error }).min(1, { error }).max(most, { error });
};

const explainRequest = z.strictObject({ name: z.string(), from: z.string(), type: z.enum(['A', 'AAAA']) });
const disableRequest = z.strictObject({
  mirror: z.string(),
  reason: words(1000),
  until: z.string().optional(),
  lasts: z.number().nonnegative().optional(),
  by: words(100).optional(),
  force: z.boolean().optional(),
  local: z.boolean().optional(),
});
const historyRequest = z.strictObject({ mirror: z.string().optional() });
const probeRequest = z.strictObject({ mirror: z.string().optional() });
const enableRequest = z.strictObject({ mirror: z.string(), local: z.boolean().optional() });
const addRequest = z.strictObject({
  name: z.string(),
  token: z.string(),
  lasts: z.number(),
  by: words(100).optional(),
  local: z.boolean().optional(),
});
const removeRequest = z.strictObject({
  name: z.string(),
  token: z.string().optional(),
  local: z.boolean().optional(),
});
const nothing = z.unknown();

/** By method and path, the function that answers a request body. It rejects a bad one with REQUEST_REFUSED. */
export type ControlRoutes = Readonly<Record<string, (body: string) => Promise<unknown>>>;

export function routesOf(handlers: Handlers): ControlRoutes {
  return {
    'GET /status': () => handlers.status(),
    'GET /geo': async () => handlers.geoInfo(),
    'GET /geo/update': async () => handlers.geoUpdates(),
    'POST /explain': (body) => handlers.explain(read(explainRequest, body)),
    'POST /history': (body) => handlers.history(read(historyRequest, body).mirror),
    'POST /probe': (body) => handlers.probe(read(probeRequest, body).mirror),
    'POST /disable': (body) => {
      const { mirror, reason, until, lasts, by, force, local } = read(disableRequest, body);
      return handlers.disable({
        mirror,
        reason,
        ...(until !== undefined && { until }),
        ...(lasts !== undefined && { lasts }),
        ...(by !== undefined && { by }),
        ...(force !== undefined && { force }),
        ...(local !== undefined && { local }),
      });
    },
    'POST /enable': (body) => {
      const { mirror, local } = read(enableRequest, body);
      return handlers.enable({ mirror, ...(local !== undefined && { local }) });
    },
    'GET /challenge': async () => handlers.challenges.list(),
    'POST /challenge/add': (body) => {
      const { by, local, ...request } = read(addRequest, body);
      return handlers.challenges.add({
        ...request,
        ...(by !== undefined && { by }),
        ...(local !== undefined && { local }),
      });
    },
    'POST /challenge/remove': (body) => {
      const { name, token, local } = read(removeRequest, body);
      return handlers.challenges.remove({
        name,
        ...(token !== undefined && { token }),
        ...(local !== undefined && { local }),
      });
    },
    'POST /reload': (body) => {
      read(nothing, body);
      return handlers.reload();
    },
    'POST /notify/test': (body) => {
      read(nothing, body);
      return handlers.notifyTest();
    },
    'POST /geo/accept': (body) => {
      read(nothing, body);
      return handlers.geoAccept();
    },
    'POST /geo/reject': (body) => {
      read(nothing, body);
      return handlers.geoReject();
    },
    'POST /geo/update': (body) => {
      read(nothing, body);
      return handlers.geoUpdate();
    },
  };
}

function read<T>(schema: z.ZodType<T>, body: string): T {
  let value: unknown;
  try {
    value = body === '' ? {} : JSON.parse(body);
  } catch {
    throw new GeopoolError('REQUEST_REFUSED', 'the body of the request is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new GeopoolError(
    'REQUEST_REFUSED',
    `${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'invalid'}`,
  );
}
