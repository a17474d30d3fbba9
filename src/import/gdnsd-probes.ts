/**
 * gdnsd's service types as probes. Its thresholds are kept: the number of successes in a row that bring a mirror back, and
 * of failures in a row that take it out.
 */
import type { YamlMapping, YamlValue } from '../zone/write-yaml.js';
import type { Decide } from './gdnsd-order.js';
import { mapping } from './imported.js';
import { childIn, textIn, textsOf, type Vscf } from './vscf.js';

const INTERVAL = 10;
const DOWN = 10;
const UP = 20;

/** The probes of the service types that a value names. Empty for services that are always up. */
export function gdnsdProbes(
  named: Vscf | undefined,
  types: Vscf | undefined,
  decide: Decide,
): readonly YamlMapping[] {
  return (textsOf(named) ?? []).flatMap((name) => {
    const type = childIn(types, name);
    if (type === undefined) {
      if (named !== undefined && name !== 'up')
        decide(named, `the service type ${name} is not known: say how mirrors are probed`);
      return [];
    }
    const probe = probeOf(type);
    if (probe !== undefined) return [mapping(probe)];
    decide(
      type,
      `the service type ${name} runs ${textIn(type, 'plugin') ?? 'nothing'}, which has no equivalent: say how mirrors are probed`,
    );
    return [];
  });
}

function probeOf(type: Vscf): Record<string, YamlValue | undefined> | undefined {
  const number = (key: string, usual: number): number => Number(textIn(type, key) ?? usual);
  const interval = number('interval', INTERVAL);
  const timing = {
    interval: `${interval}s`,
    // gdnsd does not check more often when in doubt.
    fast_interval: `${interval}s`,
    timeout: `${number('timeout', Math.max(1, Math.floor(interval / 2)))}s`,
    fall: number('down_thresh', DOWN),
    rise: number('up_thresh', UP),
  };
  const port = textIn(type, 'port');
  switch (textIn(type, 'plugin')) {
    case 'http_status':
      return {
        type: 'http',
        ...(port !== undefined && port !== '80' && { port: Number(port) }),
        host: textIn(type, 'vhost')?.toLowerCase(),
        path: textIn(type, 'url_path'),
        expect: textsOf(childIn(type, 'ok_codes'))?.map(Number) ?? [200],
        ...timing,
      };
    case 'tcp_connect':
      return { type: 'tcp', port: Number(port ?? 80), ...timing };
    default:
      return undefined;
  }
}
