/**
 * The metrics of pools and their mirrors. A mirror has one sample per address, since each address is probed, answered and
 * judged separately.
 */
import type { MirrorReport, PoolReport } from '../control/mirror-report.js';
import type { StatusReport } from '../control/status-report.js';
import { FAMILIES, type Family } from '../platform/types.js';
import { votesIn } from '../report/describe-joint.js';
import { emptyFamilies } from '../report/empty-pools.js';
import type { MetricFamily, Sample } from './families.js';

/** One sample for each address that has such a number. */
function ofAddresses(
  status: StatusReport,
  read: (mirror: MirrorReport, zone: string, pool: string) => number | undefined,
): Sample[] {
  return status.zones.flatMap(({ zone, pools }) =>
    pools.flatMap(({ name: pool, mirrors }) =>
      mirrors.flatMap((mirror): Sample[] => {
        const value = read(mirror, zone, pool);
        const { name, family, address } = mirror;
        return value === undefined ? [] : [[{ zone, pool, mirror: name, family, address }, value]];
      }),
    ),
  );
}

/** One sample for each pool and family: 1 for the families that `read` returns, 0 for the others. */
function ofPools(status: StatusReport, read: (pool: PoolReport) => readonly Family[]): Sample[] {
  return status.zones.flatMap(({ zone, pools }) =>
    pools.flatMap((pool) => {
      const those = read(pool);
      return FAMILIES.map(
        (family): Sample => [{ zone, pool: pool.name, family }, those.includes(family) ? 1 : 0],
      );
    }),
  );
}

/** One sample for each mirror with an override that has such a number. */
function ofOverrides(
  status: StatusReport,
  read: (override: NonNullable<MirrorReport['override']>) => number | undefined,
): Sample[] {
  return status.zones.flatMap(({ zone, pools }) => {
    const mirrors = new Map(
      pools.flatMap(({ mirrors }) => mirrors.map((mirror) => [mirror.name, mirror] as const)),
    );
    return [...mirrors].flatMap(([mirror, { override }]): Sample[] => {
      const value = override && read(override);
      return value === undefined ? [] : [[{ zone, mirror, state: override?.state ?? '' }, value]];
    });
  });
}

/**
 * A cause with its numbers replaced, except for status codes. Times and octet counts differ with each probe and would
 * create as many series.
 */
export function kindOfCause(cause: string): string {
  return cause.replaceAll(/(?<![\w.])(?!\d{3} [A-Z])\d[\w.:-]*/g, 'N').slice(0, 120);
}

function seconds(rfc3339: string): number {
  return Date.parse(rfc3339) / 1000;
}

function certificateEnd({ probes }: MirrorReport): number | undefined {
  const ends = probes.flatMap(({ last_probe }) => last_probe?.certificate_ends ?? []).map(seconds);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

export const POOL_FAMILIES: readonly MetricFamily[] = [
  {
    name: 'geopool_pool_answers_total',
    type: 'counter',
    help: 'Answers with addresses of a pool.',
    samples: ({ status }) =>
      status.counters.pools.map(({ zone, name: pool, family, answers }) => [{ zone, pool, family }, answers]),
  },
  {
    name: 'geopool_pool_chosen_answers_total',
    type: 'counter',
    help: 'Those of them that were to names by which users choose.',
    samples: ({ status }) =>
      status.counters.pools.flatMap(({ zone, name: pool, family, chosen }) =>
        chosen === undefined ? [] : [[{ zone, pool, family }, chosen]],
      ),
  },
  {
    name: 'geopool_pool_refused_total',
    type: 'counter',
    help: 'Answers to clients whom a pool refuses.',
    samples: ({ status }) =>
      status.counters.pools.map(({ zone, name: pool, family, refused }) => [{ zone, pool, family }, refused]),
  },
  {
    name: 'geopool_answers_total',
    type: 'counter',
    help: 'Answers of a pool that an address of a mirror was in.',
    samples: ({ status }) => {
      const pools = new Map(
        status.counters.pools.map(({ zone, name, family, addresses }) => [
          `${family} ${zone} ${name}`,
          addresses,
        ]),
      );
      // The counters cover the addresses that may be answered, in the order of the zone file.
      const next = new Map<string, number>();
      return ofAddresses(status, ({ family, weight }, zone, pool) => {
        const key = `${family} ${zone} ${pool}`;
        if (weight === 0) return undefined;
        const number = next.get(key) ?? 0;
        next.set(key, number + 1);
        return pools.get(key)?.[number];
      });
    },
  },
  {
    name: 'geopool_expected_share',
    type: 'gauge',
    help: 'The part of the downloads of a pool that is expected of a mirror, as if everybody online asked alike.',
    samples: ({ shares }) =>
      shares.map(({ zone, pool, family, mirror, share }) => [{ zone, pool, mirror, family }, share]),
  },
  {
    name: 'geopool_pool_panic',
    type: 'gauge',
    help: 'Whether too few mirrors of a pool are up, and it does what its panic says.',
    samples: ({ status }) => ofPools(status, ({ panic }) => FAMILIES.filter((family) => panic[family])),
  },
  {
    name: 'geopool_pool_empty',
    type: 'gauge',
    help: 'Whether all addresses of a pool are disabled or have weight 0, so that nobody is answered.',
    samples: ({ status }) => ofPools(status, emptyFamilies),
  },
  {
    name: 'geopool_pool_frozen',
    type: 'gauge',
    help: 'Whether no canary of a pool answers, so that no verdict falls.',
    samples: ({ status }) => ofPools(status, ({ frozen }) => FAMILIES.filter((family) => frozen[family])),
  },
  {
    name: 'geopool_mirror_up',
    type: 'gauge',
    help: 'Whether an address counts as up by its probes; one that was never judged does.',
    samples: ({ status }) => ofAddresses(status, ({ state }) => (state === 'down' ? 0 : 1)),
  },
  {
    name: 'geopool_mirror_judged',
    type: 'gauge',
    help: 'Whether probes have said anything of an address yet.',
    samples: ({ status }) => ofAddresses(status, ({ state }) => (state === 'unknown' ? 0 : 1)),
  },
  {
    name: 'geopool_mirror_enabled',
    type: 'gauge',
    help: 'Whether an address is answered when it is up: its weight is not 0, and nobody disabled it.',
    samples: ({ status }) => ofAddresses(status, ({ enabled }) => (enabled ? 1 : 0)),
  },
  {
    name: 'geopool_mirror_weight',
    type: 'gauge',
    help: 'The weight of a mirror.',
    samples: ({ status }) => ofAddresses(status, ({ weight }) => weight),
  },
  {
    name: 'geopool_mirror_self_weight',
    type: 'gauge',
    help: 'The part of its weight and cap that an address wants by itself; 0: it drains.',
    samples: ({ status }) => ofAddresses(status, ({ self_weight }) => self_weight?.part),
  },
  {
    name: 'geopool_mirror_world_factor',
    type: 'gauge',
    help: 'What the weight and cap of an address are multiplied by for its share of the world.',
    samples: ({ status }) => ofAddresses(status, ({ world_share }) => world_share?.factor),
  },
  {
    name: 'geopool_mirror_state_change_timestamp_seconds',
    type: 'gauge',
    help: 'Since when an address is up, down or not judged.',
    samples: ({ status }) => ofAddresses(status, ({ since }) => seconds(since)),
  },
  {
    name: 'geopool_mirror_down_info',
    type: 'gauge',
    help: 'Always 1; why an address is down. Numbers in it are written as N, status codes aside.',
    samples: ({ status }) =>
      status.zones.flatMap(({ zone, pools }) =>
        pools.flatMap(({ name: pool, mirrors }) =>
          mirrors.flatMap(({ name: mirror, family, address, state, cause }): Sample[] =>
            state === 'down' && cause !== undefined
              ? [[{ zone, pool, mirror, family, address, cause: kindOfCause(cause) }, 1]]
              : [],
          ),
        ),
      ),
  },
  {
    name: 'geopool_mirror_members',
    type: 'gauge',
    help: 'How many members of the fleet see an address so.',
    samples: ({ status }) =>
      status.zones.flatMap(({ zone, pools }) =>
        pools.flatMap(({ name: pool, mirrors }) =>
          mirrors.flatMap(({ name: mirror, family, address, fleet }): Sample[] => {
            if (fleet === undefined) return [];
            const { up, down } = votesIn(fleet);
            const labels = { zone, pool, mirror, family, address };
            return [
              [{ ...labels, sees: 'up' }, up],
              [{ ...labels, sees: 'down' }, down],
            ];
          }),
        ),
      ),
  },
  {
    name: 'geopool_probe_success',
    type: 'gauge',
    help: 'Whether the last probe of an address was good.',
    samples: ({ status }) => ofAddresses(status, ({ last_probe }) => last_probe && (last_probe.ok ? 1 : 0)),
  },
  {
    name: 'geopool_probe_duration_seconds',
    type: 'gauge',
    help: 'How long the last probe of an address took.',
    samples: ({ status }) => ofAddresses(status, ({ last_probe }) => last_probe && last_probe.ms / 1000),
  },
  {
    name: 'geopool_probe_timestamp_seconds',
    type: 'gauge',
    help: 'When the last probe of an address ended.',
    samples: ({ status }) => ofAddresses(status, ({ last_probe }) => last_probe && seconds(last_probe.at)),
  },
  {
    name: 'geopool_probe_rate_bytes_per_second',
    type: 'gauge',
    help: 'How fast an address sent the last sample.',
    samples: ({ status }) => ofAddresses(status, ({ rate }) => rate),
  },
  {
    name: 'geopool_certificate_end_timestamp_seconds',
    type: 'gauge',
    help: 'When the first of the certificates of an address ends.',
    samples: ({ status }) => ofAddresses(status, certificateEnd),
  },
  {
    name: 'geopool_override_info',
    type: 'gauge',
    help: 'Always 1; a mirror that an operator took out (down) or holds in (up).',
    samples: ({ status }) => ofOverrides(status, () => 1),
  },
  {
    name: 'geopool_override_end_timestamp_seconds',
    type: 'gauge',
    help: 'When an override ends by itself; absent where it does not.',
    samples: ({ status }) =>
      ofOverrides(status, ({ until }) => (until === undefined ? undefined : seconds(until))),
  },
];
