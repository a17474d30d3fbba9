/**
 * Runs one probe of any type with a deadline, and turns whatever happens into an outcome.
 */
import { createSecureContext } from 'node:tls';
import type { Clock } from '../platform/clock.js';
import { type HttpTools, tryHttp } from './http-probe.js';
import { createPatternMatcher } from './pattern-matcher.js';
import { createCertificateReader } from './peer-certificate.js';
import type { Outcome, ProbeRun } from './probe.js';
import { describeFailure, describeTimeout, type ProbeFailure } from './probe-error.js';
import type { Resolver } from './resolve.js';
import { tryRsync } from './rsync-probe.js';
import type { Check } from './target.js';
import { tryTcp } from './tcp-probe.js';
import { createRecorder, type Trace } from './trace.js';

export interface ProbeRunOptions {
  readonly clock: Clock;
  /** The program's version, which mirrors see in their logs. */
  readonly version: string;
  /** Resolves the names that redirects lead to. */
  readonly resolver: Resolver;
  /** Certificates to trust instead of Node's, as PEM. */
  readonly ca?: string;
}

/** What HTTP probes need. */
export function createHttpTools({ clock, version, resolver, ca }: ProbeRunOptions): HttpTools {
  return {
    userAgent: `geopool/${version} (health probe)`,
    trust: {
      context: createSecureContext(ca === undefined ? {} : { ca }),
      read: createCertificateReader(),
    },
    match: createPatternMatcher(clock),
    resolver,
    now: clock.now,
    monotonic: clock.monotonic,
  };
}

/** The probes that open real sockets. The timeout covers the whole probe, however slowly the answer arrives. */
export function createProbeRun(options: ProbeRunOptions): ProbeRun {
  const { clock } = options;
  const http = createHttpTools(options);
  /** What is wrong with the answer, or undefined. Rejects if there is no answer. */
  async function attempt(check: Check, signal: AbortSignal, trace: Trace): Promise<ProbeFailure | undefined> {
    const { address, probe } = check;
    switch (probe.type) {
      case 'none':
        return undefined;
      case 'tcp':
        await tryTcp(address, probe, signal, trace);
        return undefined;
      case 'rsync':
        return tryRsync(address, probe, signal, trace);
      case 'http':
      case 'https':
        return tryHttp(check, probe, http, signal, trace);
    }
  }

  return async function runProbe(check, signal, steps): Promise<Outcome> {
    const { probe } = check;
    if (probe.type === 'none') return { ok: true, ms: 0 };
    if (signal.aborted) return { ok: false, ms: 0, error: 'given up', fault: 'ours' };
    const startedAt = clock.monotonic();
    const took = () => Math.round((clock.monotonic() - startedAt) * 10) / 10;
    const trace = createRecorder(clock, steps);
    const end = new AbortController();
    const giveUp = (): void => end.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    const stopDeadline = clock.after(probe.timeout, giveUp);
    const failed = (failure: ProbeFailure): Outcome => {
      if (signal.aborted) return { ok: false, ms: took(), error: 'given up', fault: 'ours' };
      return { ok: false, ms: took(), ...failure, ...trace.findings() };
    };
    try {
      const complaint = await attempt(check, end.signal, trace);
      return complaint === undefined ? { ok: true, ms: took(), ...trace.findings() } : failed(complaint);
    } catch (error) {
      const host = 'host' in probe ? probe.host : check.address.text;
      const complaint = end.signal.aborted
        ? describeTimeout(probe.timeout, trace.current())
        : describeFailure(error, host);
      trace.broke(complaint.error);
      return failed(complaint);
    } finally {
      stopDeadline();
      signal.removeEventListener('abort', giveUp);
    }
  };
}
