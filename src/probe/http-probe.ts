/**
 * Asks a mirror for a path as a client of the pool would: at the mirror's own address, by the pool's name. The probe's
 * settings decide how it asks (a plain request, a range, a sample) and how much of the answer it reads, which is as little
 * as possible.
 */
import { rfc3339 } from '../platform/time.js';
import { formatDuration } from '../zone/durations.js';
import type { HttpProbe, Speed } from '../zone/http-probe-keys.js';
import { missingFrom, wantedText } from './body.js';
import { createBodyCollector } from './body-collector.js';
import type { Trust } from './connection.js';
import { fileDate, staleness } from './file-date.js';
import { type BodyReader, exchange, type HttpRequest, hostHeader } from './http-exchange.js';
import type { ResponseHead } from './http-response.js';
import { rangeHeader, wrongRange } from './octet-range.js';
import type { MatchPattern } from './pattern-matcher.js';
import { clockAhead } from './peer-clock.js';
import { describeStatus, listed, type ProbeFailure, quoted, statusText } from './probe-error.js';
import { createMeter, type Meter, tooSlow } from './rate.js';
import { followRedirect, isRedirect, type Origin, type ProbedResource, urlOf } from './redirect.js';
import type { Resolver } from './resolve.js';
import type { Check } from './target.js';
import type { Trace } from './trace.js';

export interface HttpTools {
  /** The User-Agent header. */
  readonly userAgent: string;
  readonly trust: Trust;
  readonly match: MatchPattern;
  readonly resolver: Resolver;
  /** Wall-clock time, and monotonic time for measuring, in milliseconds. */
  readonly now: () => number;
  readonly monotonic: () => number;
}

/** An HTTP check in progress. */
interface Visit {
  readonly check: Check;
  readonly probe: HttpProbe;
  readonly tools: HttpTools;
  readonly signal: AbortSignal;
  readonly trace: Trace;
}

type Question = Pick<HttpRequest, 'method' | 'range'>;

/** What is wrong with the answers, or undefined. Rejects if there is no answer: see `exchange`. */
export async function tryHttp(
  check: Check,
  probe: HttpProbe,
  tools: HttpTools,
  signal: AbortSignal,
  trace: Trace,
): Promise<ProbeFailure | undefined> {
  const visit = { check, probe, tools, signal, trace };
  const { method, contains, maxAge, range, speed } = probe;
  const readsBody = contains !== undefined || maxAge !== undefined;
  const plain = readsBody || method === 'HEAD' || (range === undefined && speed === undefined);
  return (
    (plain ? await askPlainly(visit, method) : undefined) ??
    // The answer to a HEAD has no body.
    (contains !== undefined && method === 'HEAD' ? await askPlainly(visit, 'GET') : undefined) ??
    (range !== undefined ? await askRange(visit, range) : undefined) ??
    (speed !== undefined ? await askSample(visit, speed) : undefined)
  );
}

async function askPlainly(visit: Visit, method: 'GET' | 'HEAD'): Promise<ProbeFailure | undefined> {
  const { probe, signal, trace } = visit;
  const { expect, contains, maxAge } = probe;
  const body = createBodyCollector();
  const wants = method === 'GET' && (contains !== undefined || maxAge !== undefined);
  const answer = await ask(visit, { method }, (head) =>
    wants && expect.includes(head.status) ? body.take : undefined,
  );
  if ('error' in answer) return answer;
  const { status, headers } = answer;
  trace.step('compare', () => `status ${statusText(status)}, expected ${listed(expect)}`);
  if (!expect.includes(status)) return describeStatus(status, expect, probe.redirects !== 'none');
  if (contains === undefined && maxAge === undefined) return undefined;
  const content = await body.content(headers.get('content-encoding'), signal);
  if (contains !== undefined && method === 'GET') {
    trace.step(
      'compare',
      () => `${content.octets.length} octets of the body, expected ${wantedText(contains)} in them`,
    );
    const missing = await missingFrom(content, contains, visit.tools.match, signal);
    if (missing !== undefined) return missing;
  }
  if (maxAge === undefined) return undefined;
  const now = visit.tools.now();
  const date = fileDate(content.octets.toString('latin1', 0, 4096), headers.get('last-modified'), now);
  trace.step('compare', () =>
    date === undefined
      ? 'no date'
      : `dated ${rfc3339(date.at)} by its ${date.from}, max_age ${formatDuration(maxAge)}`,
  );
  return staleness(date, maxAge, now);
}

/**
 * The text of a body of at most `most` octets, or what is wrong with the answer. Rejects if there is no answer: see
 * `exchange`.
 */
export async function fetchBody(
  check: Check,
  probe: HttpProbe,
  tools: HttpTools,
  most: number,
  signal: AbortSignal,
  trace: Trace,
): Promise<{ readonly text: string } | ProbeFailure> {
  const parts: Buffer[] = [];
  let length = 0;
  const take: BodyReader = (part) => {
    parts.push(part);
    length += part.length;
    return length > most;
  };
  const answer = await ask({ check, probe, tools, signal, trace }, { method: 'GET' }, ({ status }) =>
    probe.expect.includes(status) ? take : undefined,
  );
  if ('error' in answer) return answer;
  const { expect, redirects } = probe;
  if (!expect.includes(answer.status)) return describeStatus(answer.status, expect, redirects !== 'none');
  return length > most
    ? { error: `a body of more than ${most} octets` }
    : { text: Buffer.concat(parts).toString('latin1') };
}

async function askRange(
  visit: Visit,
  range: NonNullable<HttpProbe['range']>,
): Promise<ProbeFailure | undefined> {
  let octets = 0;
  const wanted = range.last - range.first + 1;
  const answer = await ask(visit, { method: 'GET', range: rangeHeader(range) }, (head) =>
    wrongRange(head, range) !== undefined
      ? undefined
      : (part) => {
          octets += part.length;
          return octets > wanted;
        },
  );
  if ('error' in answer) return answer;
  visit.trace.step('compare', () => {
    const got = quoted(answer.headers.get('content-range') ?? 'no Content-Range');
    return `status ${statusText(answer.status)}, ${got}, expected 206 for ${rangeHeader(range)}`;
  });
  const wrong = wrongRange(answer, range);
  if (wrong !== undefined) return wrong;
  if (octets > 0 && octets <= wanted) return undefined;
  return {
    error: `206 with ${octets > wanted ? 'more than' : 'a body of'} ${Math.min(octets, wanted)} octets for ${rangeHeader(range)}`,
  };
}

async function askSample(visit: Visit, speed: Speed): Promise<ProbeFailure | undefined> {
  const { probe, trace, signal, tools } = visit;
  const meter = createMeter(speed);
  const good = [...probe.expect, 206];
  const range = rangeHeader({ first: 0, last: speed.sample - 1 });
  try {
    const answer = await ask(visit, { method: 'GET', range }, ({ status }) =>
      good.includes(status) ? (part) => meter.add(part.length, tools.monotonic()) : undefined,
    );
    if ('error' in answer) return answer;
    if (!good.includes(answer.status))
      return describeStatus(answer.status, probe.expect, probe.redirects !== 'none');
    return judgeRate(meter, meter.rate(), speed, trace);
  } catch (error) {
    // Time ran out before the sample was complete. The rate so far is judged if it was measured for long enough.
    const rate = meter.rate(tools.monotonic());
    if (!signal.aborted || rate === undefined || !meter.settled(tools.monotonic())) throw error;
    return judgeRate(meter, rate, speed, trace);
  }
}

function judgeRate(
  meter: Meter,
  rate: number | undefined,
  speed: Speed,
  trace: Trace,
): ProbeFailure | undefined {
  if (rate !== undefined) trace.found({ rate });
  const slow = tooSlow(rate, meter.octets(), speed);
  trace.step(
    'compare',
    () => `${rate ?? 0} octets/s over ${meter.octets()}, expected ${speed.minRate} octets/s`,
  );
  return slow;
}

/** The answer to a question, after following redirects as the probe allows; or what is wrong with a redirect. */
async function ask(
  { check, probe, tools, signal, trace }: Visit,
  question: Question,
  reader: (head: ResponseHead) => BodyReader | undefined,
): Promise<ResponseHead | ProbeFailure> {
  const { type, host, port, path, redirects } = probe;
  const origin: Origin = {
    address: check.address,
    names: [host, ...(check.hostname === undefined ? [] : [check.hostname])],
    admitted: check.admitted ?? { like: [], networks: [] },
  };
  let place: ProbedResource = { type, host, port, path, address: check.address };
  const places = [place];
  for (;;) {
    const before = tools.now();
    const head = await exchange({ ...exchangeAt(place, probe, tools, question), reader }, signal, trace);
    const ahead = clockAhead(head.headers, before, tools.now());
    if (ahead !== undefined) trace.found({ clockAhead: ahead });
    if (redirects === 'none' || !isRedirect(head.status) || probe.expect.includes(head.status)) return head;
    trace.phase('looking up a name');
    const next = await followRedirect(head, places, redirects, origin, tools.resolver, signal);
    if ('error' in next) return next;
    signal.throwIfAborted();
    trace.step(
      'redirect',
      () => `${statusText(head.status)} to ${urlOf(next)}, asked at ${next.address.text}`,
    );
    places.push(next);
    place = next;
  }
}

function exchangeAt(
  { type, host, port, path, address }: ProbedResource,
  probe: HttpProbe,
  tools: HttpTools,
  question: Question,
) {
  const { userAgent, trust } = tools;
  const tls = type === 'https' ? { tls: { host, verify: probe.verify, trust } } : {};
  return {
    to: { address, port, ...tls },
    request: { ...question, path, host: hostHeader(type, host, port), userAgent },
  };
}
