/**
 * The server's own file, geopool.yaml. Every key is optional. What the program decides when it starts (which addresses to
 * listen on, how many workers) stays undefined here. Paths are kept as written, relative to where the program runs.
 */
import * as z from 'zod';
import { countOf } from '../platform/count-of.js';
import { GeopoolError } from '../platform/errors.js';
import { DAY_MS, MINUTE_MS } from '../platform/time.js';
import { type AnsweringConfig, answeringKeys, answeringOf, checkAnswering } from './answering-config.js';
import { DEFAULT_STATE, DEFAULT_ZONES } from './default-paths.js';
import { type Fault, type FaultList, formatFault, newFaultList, sortFaults } from './faults.js';
import { duration, meaningful, oneOrMore, ranged, whole } from './fields.js';
import { checkFleet, type FleetConfig, fleetOf, fleetSchema } from './fleet-config.js';
import { checkHttp, type HttpConfig, httpOf, httpSchema } from './http-config.js';
import { type ListenAddress, listenClashes, readResolver, readServedAddress } from './listen-address.js';
import { checkNotify, type NotifyConfig, notifyOf, notifySchema } from './notify-config.js';
import type { ProxyConfig } from './proxy-environment.js';
import { readBySchema } from './read-value.js';
import { readYaml } from './read-yaml.js';
import { readSize } from './sizes.js';
import { type TlsConfig, tlsOf, tlsSchema } from './tls-config.js';
import { readAccountId, readEdition, readSchedule, readUpdateHost } from './update-values.js';

export interface ServerConfig {
  /** Undefined: the program decides. */
  readonly listen?: readonly ListenAddress[];
  /** The directory of zone files. */
  readonly zones: string;
  /** The directory for data that must outlive the process. */
  readonly state: string;
  /** The control socket; undefined: in the state directory. */
  readonly control?: string;
  /** UDP threads per listen address. Undefined: the number of cores. */
  readonly workers?: number;
  readonly answering: AnsweringConfig;
  /** The limits of TCP that are stated. The program has defaults for the others. */
  readonly tcp: TcpConfig;
  /** Undefined: no DNS over TLS. */
  readonly tls?: TlsConfig;
  /** How host names of mirrors are resolved. */
  readonly resolve: {
    /** Servers to query, as ADDRESS or ADDRESS:PORT. Undefined: the host's. */
    readonly servers?: readonly string[];
    /** The maximum time between two queries for a name, in milliseconds. */
    readonly interval: number;
  };
  /** How the operator is notified of transitions, panic and stale databases. */
  readonly notify: NotifyConfig;
  readonly http: HttpConfig;
  /** Undefined: the server judges alone. */
  readonly fleet?: FleetConfig;
  /** The path of a file of each country's part of all clients. Undefined: by the number of its addresses. */
  readonly worldWeights?: string;
  readonly geo: {
    /** Paths of databases. */
    readonly city?: string;
    readonly asn?: string;
    /** Octets that all exact maps together may take. Undefined: the program decides. */
    readonly mapMemory?: number;
    /**
     * 0 to 1: a new database that would move more of a pool's downloads than this is held. Undefined: the program decides.
     */
    readonly maxShift?: number;
    /** Undefined: databases are not fetched. */
    readonly update?: UpdateConfig;
  };
}

/** Limits of TCP. */
export interface TcpConfig {
  readonly connections?: number;
  readonly perNetwork?: number;
  /** Milliseconds, like `exchange`. */
  readonly idle?: number;
  readonly exchange?: number;
}

/** How databases are fetched. */
export type UpdateConfig = UpdateTerms & {
  /** Digits. */
  readonly accountId: string;
  /** Undefined: the host is reached directly. */
  readonly proxy?: ProxyConfig;
} & LicenseKey;

/** The key itself, or the file that it is read from for each update. */
export type LicenseKey = { readonly licenseKey: string } | { readonly licenseKeyFile: string };

/** The terms that have a default. */
export interface UpdateTerms {
  readonly editions: readonly string[];
  /** A cron expression of five fields. */
  readonly schedule: string;
  /** A URL without a trailing slash. */
  readonly host: string;
}

/** A file's config before the environment is applied: the account may still be missing. */
export interface StatedConfig extends Omit<ServerConfig, 'geo'> {
  readonly geo: Omit<ServerConfig['geo'], 'update'> & { readonly update?: StatedUpdate };
}

export type StatedUpdate = UpdateTerms & { readonly accountId?: string } & (
    | LicenseKey
    | { readonly licenseKey?: never }
  );

const MAX_WORKERS = 1024;
const RESOLVE_INTERVAL = MINUTE_MS;
const MAX_CONNECTIONS = 100_000;
/**
 * RFC 7766 §6.2.3: a timeout of at least a few seconds is advisable. Above the maximum, a longer timeout helps no client.
 */
const MIN_IDLE = 1000;
const MAX_IDLE = 600_000;
/** A shorter time would cut off clients on slow lines. */
const MIN_EXCHANGE = 500;
const MAX_EXCHANGE = MINUTE_MS;

/** The terms that neither a file nor the environment need state. */
export const DEFAULT_TERMS: UpdateTerms = {
  editions: ['GeoLite2-City', 'GeoLite2-ASN'],
  schedule: '23 4 * * *',
  host: 'https://updates.maxmind.com',
};

const path = (key: string) => z.string().min(1, { error: `"${key}" is empty, expected a path` });

const updateSchema = z.strictObject({
  account_id: z
    .union([
      whole('account_id', 1, Number.MAX_SAFE_INTEGER).transform(String).pipe(meaningful(readAccountId)),
      meaningful(readAccountId),
    ])
    .optional(),
  // Messages don't contain the value: they end up in logs.
  license_key: z
    .string({ error: '"license_key" must be text: put it in quotes' })
    .trim()
    .min(1, { error: '"license_key" is empty' })
    .optional(),
  license_key_file: path('license_key_file').optional(),
  editions: z
    .array(meaningful(readEdition))
    .min(1, { error: '"editions" is empty, expected one such as GeoLite2-City' })
    .default([...DEFAULT_TERMS.editions]),
  schedule: meaningful(readSchedule).default(DEFAULT_TERMS.schedule),
  host: meaningful(readUpdateHost).default(DEFAULT_TERMS.host),
});

const configSchema = z.strictObject({
  listen: oneOrMore(meaningful(readServedAddress)).optional(),
  zones: path('zones').default(DEFAULT_ZONES),
  state: path('state').default(DEFAULT_STATE),
  control: path('control').optional(),
  workers: whole('workers', 1, MAX_WORKERS).optional(),
  ...answeringKeys,
  notify: notifySchema,
  http: httpSchema,
  fleet: fleetSchema,
  tcp: z
    .strictObject({
      connections: whole('connections', 1, MAX_CONNECTIONS).optional(),
      connections_per_network: whole('connections_per_network', 1, MAX_CONNECTIONS).optional(),
      idle_timeout: duration('idle_timeout', MIN_IDLE, MAX_IDLE).optional(),
      exchange_timeout: duration('exchange_timeout', MIN_EXCHANGE, MAX_EXCHANGE).optional(),
    })
    .default({}),
  tls: tlsSchema,
  resolve: z
    .strictObject({
      servers: oneOrMore(meaningful(readResolver)).optional(),
      interval: duration('interval', 1000, DAY_MS).default(RESOLVE_INTERVAL),
    })
    .prefault({}),
  world_weights: path('world_weights').optional(),
  geo: z
    .strictObject({
      city: path('city').optional(),
      asn: path('asn').optional(),
      map_memory: meaningful(readSize).optional(),
      max_shift: ranged('max_shift', 0, 1).optional(),
      update: updateSchema.optional(),
    })
    .default({}),
});

type ConfigDraft = z.output<typeof configSchema>;

/**
 * Reads geopool.yaml; an empty text means the defaults. Throws CONFIG_INVALID with a line `FILE:LINE:COL: message` for
 * each fault. `applyEnvironment` makes a ServerConfig of the result.
 */
export function parseServerConfig(text: string, file: string): StatedConfig {
  const { root, faults: ofYaml } = readYaml(text);
  const placed = ofYaml.map((fault) => ({ file, ...fault }));
  if (root === undefined) throw invalid(file, placed);
  // A file with only comments holds no mapping. It means one without keys.
  if (root.kind === 'scalar' && root.value === null) return configOf(configSchema.parse({}));
  const faults = newFaultList(file, root);
  const draft = readBySchema(configSchema, root, faults);
  if (draft !== undefined) checkDraft(draft, faults);
  const all = [...placed, ...faults.sorted()];
  if (draft === undefined || all.length > 0) throw invalid(file, all);
  return configOf(draft);
}

function checkDraft(draft: ConfigDraft, faults: FaultList): void {
  const { listen = [], tcp, rate_limit, notify, http, fleet } = draft;
  checkNotify(notify, faults);
  checkHttp(http, faults);
  checkFleet(fleet, faults);
  checkAnswering({ rate_limit }, faults);
  const { connections, connections_per_network: perNetwork } = tcp;
  if (connections !== undefined && perNetwork !== undefined && perNetwork > connections) {
    faults.atValue(
      ['tcp', 'connections_per_network'],
      `connections_per_network ${perNetwork} is more than connections, which is ${connections}`,
    );
  }
  const update = ['geo', 'update'];
  if (faults.has([...update, 'license_key']) && faults.has([...update, 'license_key_file'])) {
    faults.atKey(
      [...update, 'license_key_file'],
      '"license_key_file" beside "license_key": write only one of them',
    );
  }
  if (faults.has(['listen']) && listen.length === 0 && !faults.isFaulty(['listen'])) {
    faults.atKey(['listen'], '"listen" is empty: name an address, or leave it out');
  }
  for (const { index, fault } of listenClashes(listen)) faults.atValue(['listen', index], fault);
  const secured = listen.findIndex(({ tls }) => tls);
  if (secured >= 0 && !faults.has(['tls'])) faults.atValue(['listen', secured], NO_CERTIFICATE);
  if (listen.length > 0 && listen.every(({ tls }) => tls) && !faults.isFaulty(['listen'])) {
    faults.atKey(
      ['listen'],
      '"listen" has addresses for TLS alone: add one for UDP and TCP, which all clients try',
    );
  }
}

/** The message for a TLS address without a certificate. */
export const NO_CERTIFICATE =
  'an address for TLS needs a certificate: add "tls: { certificate: FILE, key: FILE }"';

function configOf(draft: ConfigDraft): StatedConfig {
  const {
    listen,
    zones,
    state,
    control,
    workers,
    tcp,
    tls,
    resolve,
    world_weights: worldWeights,
    geo,
  } = draft;
  const { city, asn, map_memory: mapMemory, max_shift: maxShift, update } = geo;
  return {
    zones,
    state,
    ...(listen !== undefined && { listen }),
    ...(control !== undefined && { control }),
    ...(workers !== undefined && { workers }),
    answering: answeringOf(draft),
    tcp: tcpOf(tcp),
    ...(tls !== undefined && { tls: tlsOf(tls) }),
    notify: notifyOf(draft.notify),
    http: httpOf(draft.http),
    ...(draft.fleet !== undefined && { fleet: fleetOf(draft.fleet) }),
    resolve: {
      interval: resolve.interval,
      ...(resolve.servers !== undefined && { servers: resolve.servers }),
    },
    ...(worldWeights !== undefined && { worldWeights }),
    geo: {
      ...(maxShift !== undefined && { maxShift }),
      ...(city !== undefined && { city }),
      ...(asn !== undefined && { asn }),
      ...(mapMemory !== undefined && { mapMemory }),
      ...(update !== undefined && { update: updateOf(update) }),
    },
  };
}

function tcpOf(draft: ConfigDraft['tcp']): TcpConfig {
  const { connections, connections_per_network: perNetwork, idle_timeout: idle } = draft;
  const { exchange_timeout: exchange } = draft;
  return {
    ...(connections !== undefined && { connections }),
    ...(perNetwork !== undefined && { perNetwork }),
    ...(idle !== undefined && { idle }),
    ...(exchange !== undefined && { exchange }),
  };
}

function updateOf(draft: z.output<typeof updateSchema>): StatedUpdate {
  const { account_id, license_key, license_key_file, editions, schedule, host } = draft;
  return {
    editions: [...new Set(editions)],
    schedule,
    host,
    ...(account_id !== undefined && { accountId: account_id }),
    ...(license_key !== undefined && { licenseKey: license_key }),
    ...(license_key_file !== undefined && { licenseKeyFile: license_key_file }),
  };
}

function invalid(file: string, faults: readonly Fault[]): GeopoolError {
  const lines = sortFaults(faults).map(formatFault);
  const message = `${file} is wrong: ${countOf(lines.length, 'fault')}`;
  return new GeopoolError('CONFIG_INVALID', message, { details: lines });
}
