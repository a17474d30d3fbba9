/**
 * What the status report and the verb `probe` say about probes: verdicts, measurements, and early warnings.
 */
import type { ProbeResultReport } from '../control/action-reports.js';
import type { LastProbeReport, MirrorReport, ProbeReport } from '../control/mirror-report.js';
import type { ProbeState } from '../health/combine-states.js';
import type { CheckState, ProbeRecord } from '../health/hysteresis.js';
import { rfc3339 } from '../platform/time.js';
import { certificateWarning } from '../probe/certificate.js';
import type { Probed } from '../probe/probe-round.js';
import type { Findings } from '../probe/trace.js';
import type { Probe } from '../zone/probe-forms.js';

export function reportHealth({
  verdict,
  cause,
  since,
  lastProbe,
  heldUntil,
}: CheckState): Pick<ProbeReport, 'state' | 'cause' | 'since' | 'last_probe' | 'held_until'> {
  return {
    state: verdict,
    ...(cause !== undefined && { cause }),
    since: rfc3339(since),
    ...(heldUntil !== undefined && { held_until: rfc3339(heldUntil) }),
    ...(lastProbe !== undefined && { last_probe: reportRecord(lastProbe) }),
  };
}

/** The probes of an address, and what they mean for it: the rate, and warnings. `now` in milliseconds. */
export function reportProbes(
  checks: readonly ProbeState[],
  now: number,
): Pick<MirrorReport, 'probes' | 'rate' | 'warnings'> {
  const probes = checks.map(({ probe, state }): ProbeReport => {
    const warning = warningOf(probe, state.lastProbe ?? {}, now);
    return {
      type: probe.type,
      ...('path' in probe && { path: probe.path }),
      ...('module' in probe && { module: probe.module }),
      ...('port' in probe && { port: probe.port }),
      ...reportHealth(state),
      ...(warning !== undefined && { warning }),
    };
  });
  const rate = probes.find(({ last_probe }) => last_probe?.rate !== undefined)?.last_probe?.rate;
  const warnings = [...new Set(probes.flatMap(({ warning }) => warning ?? []))];
  return { probes, ...(rate !== undefined && { rate }), ...(warnings.length > 0 && { warnings }) };
}

/** One result of a round of probes, `now` in milliseconds. */
export function reportProbed({ check, outcome, steps }: Probed, now: number): ProbeResultReport {
  const { zone, pool, mirror, address, probe } = check;
  const warning = warningOf(probe, outcome, now);
  return {
    mirror,
    address: address.text,
    type: probe.type,
    ok: outcome.ok,
    cause: outcome.ok ? null : outcome.error,
    steps,
    zone,
    pool,
    ...('path' in probe && { path: probe.path }),
    ...('module' in probe && { module: probe.module }),
    ...('port' in probe && { port: probe.port }),
    ms: outcome.ms,
    ...reportFindings(outcome),
    ...(warning !== undefined && { warning }),
  };
}

function reportRecord({ at, ok, ms, error, ...findings }: ProbeRecord): LastProbeReport {
  return { at: rfc3339(at), ok, ms, ...(error !== undefined && { error }), ...reportFindings(findings) };
}

function reportFindings({ certificateEnds, rate }: Findings) {
  return {
    ...(rate !== undefined && { rate }),
    ...(certificateEnds !== undefined && { certificate_ends: rfc3339(certificateEnds) }),
  };
}

function warningOf(probe: Probe, { certificateEnds }: Findings, now: number): string | undefined {
  if (certificateEnds === undefined || !('certWarn' in probe)) return undefined;
  return certificateWarning(certificateEnds, probe.certWarn, now);
}
