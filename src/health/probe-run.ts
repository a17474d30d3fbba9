/**
 * Runs one probe of any type against its deadline and turns whatever happens into an outcome.
 */
import type { Clock } from '../clock.js';
import { tryHttp } from './http-probe.js';
import type { Outcome, ProbeRun } from './probe.js';
import { describeFailure, describeStatus, describeTimeout, type Phase } from './probe-error.js';
import type { Check } from './target.js';
import { tryTcp } from './tcp-probe.js';

export interface ProbeRunOptions {
  readonly clock: Clock;
  /** The program's version, which mirrors see in their logs. */
  readonly version: string;
  /** Certificates to trust instead of Node's, as PEM. */
  readonly ca?: string;
}

/**
 * The probes that really open sockets. The timeout covers connecting, the TLS handshake and the header of the answer,
 * however slowly they drip in.
 */
export function createProbeRun(options: ProbeRunOptions): ProbeRun {
  const { clock, version, ca } = options;
  const http = { userAgent: `geopool/${version} (health probe)`, ...(ca === undefined ? {} : { ca }) };

  /** A complaint about the answer, or undefined. Rejects where there is no answer. */
  async function attempt({ address, probe }: Check, signal: AbortSignal, onPhase: (phase: Phase) => void) {
    if (probe.type === 'none') return undefined;
    if (probe.type === 'tcp') {
      await tryTcp(address, probe, signal, onPhase);
      return undefined;
    }
    const status = await tryHttp(address, probe, http, signal, onPhase);
    return probe.expect.includes(status) ? undefined : describeStatus(status, probe.expect);
  }

  return async function runProbe(check, signal): Promise<Outcome> {
    const { probe } = check;
    if (probe.type === 'none') return { ok: true, ms: 0 };
    if (signal.aborted) return { ok: false, ms: 0, error: 'given up', fault: 'ours' };
    const startedAt = clock.monotonic();
    const took = () => Math.round((clock.monotonic() - startedAt) * 10) / 10;
    let phase: Phase = 'connecting';
    const deadline = new AbortController();
    const stopDeadline = clock.after(probe.timeout, () => deadline.abort());
    try {
      const complaint = await attempt(check, AbortSignal.any([signal, deadline.signal]), (now) => {
        phase = now;
      });
      return complaint === undefined ? { ok: true, ms: took() } : { ok: false, ms: took(), ...complaint };
    } catch (error) {
      if (signal.aborted) return { ok: false, ms: took(), error: 'given up', fault: 'ours' };
      if (deadline.signal.aborted) return { ok: false, ms: took(), ...describeTimeout(probe.timeout, phase) };
      const host = probe.type === 'tcp' ? check.address.text : probe.host;
      return { ok: false, ms: took(), ...describeFailure(error, host) };
    } finally {
      stopDeadline();
    }
  };
}
