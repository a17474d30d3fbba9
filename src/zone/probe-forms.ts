/**
 * The probe types, with a form for each: its keys, what they ask for, and what an operator calls the probe. How probes run
 * is in src/probe/. A new type needs a form here and an entry in src/probe/probe-run.ts; the compiler finds the rest.
 */
import * as z from 'zod';
import { meaningful } from './fields.js';
import { HTTP_KEYS, type HttpProbe, identifyHttp, readHttpProbe } from './http-probe-keys.js';
import type { ProbeTiming } from './probe-timing.js';
import type { TextFault } from './text-fault.js';

export interface TcpProbe extends ProbeTiming {
  readonly type: 'tcp';
  readonly port: number;
}

export interface RsyncProbe extends ProbeTiming {
  readonly type: 'rsync';
  readonly port: number;
  /** The module that must be listed. Absent: the greeting suffices. */
  readonly module?: string;
}

/** Never probed: always up. */
export interface NoProbe {
  readonly type: 'none';
}

export type Probe = HttpProbe | TcpProbe | RsyncProbe | NoProbe;

/** A probe that is actually run. */
export type AskedProbe = Exclude<Probe, NoProbe>;

const RSYNC_KEYS = {
  module: meaningful(readModule).optional().describe('The rsync module that must be listed.'),
};

/** The keys of all types, except type, port and timing. */
export const PROBE_KEYS = { ...HTTP_KEYS, ...RSYNC_KEYS };

type Keys = z.output<z.ZodObject<typeof PROBE_KEYS>>;

interface ProbeForm {
  readonly keys: readonly (keyof Keys)[];
  /** The default port. Absent: a file must name one. */
  readonly port?: number;
  /** The probe that a file's keys make. `pool` is the pool's own name. */
  readonly read: (keys: Keys, port: number, timing: ProbeTiming, pool: string) => AskedProbe;
}

const OF_HTTP = z.object(HTTP_KEYS).keyof().options;

function httpForm(type: HttpProbe['type'], port: number): ProbeForm {
  return {
    keys: OF_HTTP,
    port,
    read: (keys, at, timing, pool) => ({ type, port: at, ...readHttpProbe(keys, pool, timing), ...timing }),
  };
}

export const PROBE_FORMS: Readonly<Record<AskedProbe['type'], ProbeForm>> = {
  http: httpForm('http', 80),
  https: httpForm('https', 443),
  tcp: {
    keys: [],
    read: (_keys, port, timing) => ({ type: 'tcp', port, ...timing }),
  },
  rsync: {
    keys: z.object(RSYNC_KEYS).keyof().options,
    port: 873,
    read: ({ module }, port, timing) => ({
      type: 'rsync',
      port,
      ...(module !== undefined && { module }),
      ...timing,
    }),
  },
};

/** The description of the key `type`. */
export const TYPE_DESCRIPTION =
  'http and https ask for a path; tcp opens a connection; rsync asks a daemon for its modules; none: always up.';
export const PROBE_TYPES: { readonly [T in Probe['type']]: T } = {
  http: 'http',
  https: 'https',
  tcp: 'tcp',
  rsync: 'rsync',
  none: 'none',
};

/** What an operator calls a probe among others of its target: the type, and what most likely tells it apart. */
export function describeProbe(probe: Probe): string {
  switch (probe.type) {
    case 'none':
      return 'none';
    case 'tcp':
      return `tcp ${probe.port}`;
    case 'rsync':
      return probe.module === undefined ? 'rsync' : `rsync ${probe.module}`;
    case 'http':
    case 'https':
      return `${probe.type} ${probe.path}`;
  }
}

/** What distinguishes a probe from those that ask something else. Timing is not part of it. */
export function identifyProbe(probe: Probe): (string | number)[] {
  switch (probe.type) {
    case 'none':
      return ['none'];
    case 'tcp':
      return ['tcp', probe.port];
    case 'rsync':
      return ['rsync', probe.port, probe.module ?? ''];
    case 'http':
    case 'https':
      return identifyHttp(probe);
  }
}

/** A module name as rsync accepts it: no slash and no "]", because it is in brackets in rsyncd.conf. */
function readModule(text: string): string | TextFault {
  if (/^[^\p{Cc}/\]\s]([^\p{Cc}/\]]{0,126}[^\p{Cc}/\]\s])?$/u.test(text)) return text;
  return { fault: `"${text}" can't be the name of an rsync module` };
}
