/**
 * The schema of a zone file: its keys, the form of their values, and their meaning. Editors get it as JSON Schema. Which
 * keys are required, and which values must fit together, is decided in the `check-` files: a missing or wrong key must not
 * keep the rest of the file from being checked.
 */
import * as z from 'zod';
import { parseAddress } from '../ip/address.js';
import { DAY_MS } from '../platform/time.js';
import { readMirrorAddress } from './addresses.js';
import { readCanary } from './canaries.js';
import { asNumber, country, network, RULE_KEYS } from './client-rules.js';
import { duration, meaningful, oneOrMore, outOfRange, ranged, whole } from './fields.js';
import { readMailbox, readName } from './names.js';
import { allowOperatorKeys } from './operator-keys.js';
import { orderSchema } from './order-schema.js';
import { probeListSchema, probeSchema } from './probe-schema.js';
import { DEFAULT_RECORD_TTL, MAX_TTL, nameRawTypes, ownerRecords } from './record-schema.js';
import { refuseSchema } from './refuse.js';
import { selfWeightSchema } from './self-weight.js';
import { CAPACITY_PATTERN, readCapacity } from './sizes.js';
import type { TextFault } from './text-fault.js';
import { readTime } from './times.js';

const MAX_U32 = 4_294_967_295;
/** The largest weight: sums of thousands of weights are still exact. */
const MAX_WEIGHT = 2_147_483_647;

/** MIRROR in commands is ZONE/NAME or NAME, so a name has no slash and no space. */
export const MIRROR_NAME_PATTERN = '^[a-z0-9][a-z0-9._-]{0,62}$';

const name = meaningful(readName);
/** A name to be resolved; addresses are refused. */
function readHostname(text: string): string | TextFault {
  if (parseAddress(text) !== null) return { fault: `"${text}" is an address: write addresses: ["${text}"]` };
  return readName(text);
}
const seconds = (label: string) => whole(label, 0, MAX_TTL);

const soa = z.strictObject({
  mname: name.optional().describe('The primary name server. Default: the first of ns.'),
  rname: meaningful(readMailbox)
    .optional()
    .describe('The mailbox of the admin, with a dot in place of its "@". Default: hostmaster.ZONE.'),
  serial: whole('serial', 0, MAX_U32).default(1).describe('The same on all servers of the zone.'),
  refresh: seconds('refresh').default(14_400),
  retry: seconds('retry').default(3600),
  expire: seconds('expire').default(1_209_600),
  minimum: seconds('minimum').default(60).describe('Seconds that resolvers may keep a negative answer.'),
  ttl: seconds('ttl').default(DEFAULT_RECORD_TTL).describe('Seconds that resolvers may keep the SOA record.'),
});

const maxWorldShare = z
  .number()
  .gt(0, { error: outOfRange('max_world_share', 'above 0, at most 1') })
  .max(1, { error: outOfRange('max_world_share', 'above 0, at most 1') })
  .optional();

const pool = z.strictObject({
  answers: whole('answers', 1, 8).default(3).describe('Addresses in an answer.'),
  max_share: z
    .number()
    .gt(0, { error: outOfRange('max_share', 'above 0, at most 1') })
    .max(1, { error: outOfRange('max_share', 'above 0, at most 1') })
    .default(1)
    .describe("No mirror gets more of any client's downloads than this; below 1/answers it spreads load."),
  max_world_share: maxWorldShare.describe(
    "No mirror gets more of the pool's whole expected traffic than this, counted by addresses in the location database or by world_weights.",
  ),
  near_km: z
    .number()
    .min(0, { error: outOfRange('near_km', '0 or more kilometres') })
    .default(500)
    .describe(
      'This much farther than the nearest mirror still counts as near. 0: strictly the nearest; 20000: no geography.',
    ),
  order: z.string().optional().describe('The order whose list for the client comes before distance.'),
  others: z
    .enum(['nearest', 'never'])
    .default('nearest')
    .describe(
      "With order: where mirrors come that are not in the client's list. nearest: behind those in it.",
    ),
  same_country_first: z.boolean().default(false).describe("Mirrors in the client's country come first."),
  panic_threshold: ranged('panic_threshold', 0, 1)
    .default(0.2)
    .describe('With fewer than this part of the addresses up, or none, the pool is in panic.'),
  panic: z
    .enum(['answer', 'backup', 'servfail'])
    .default('answer')
    .describe(
      'What is answered in panic, and to clients whose mirrors are all down: all enabled mirrors, backups alone, or SERVFAIL.',
    ),
  ttl_min: seconds('ttl_min')
    .optional()
    .describe('Answers that may soon be others are kept for fewer seconds, down to this. Default: ttl.'),
  slow_start: duration('slow_start', 0, DAY_MS).optional().meta({
    description: 'In this time a mirror that came back grows to its whole weight and cap, in ten steps.',
    default: '0s',
  }),
  canaries: z
    .array(meaningful(readCanary))
    .default([])
    .describe(
      'Addresses that should always answer, such as 192.0.2.1:443 or https://canary.example/: while all of a family are silent no verdict falls.',
    ),
  mirrors: z
    .array(z.string())
    .optional()
    .meta({ description: 'The mirrors of the pool. Default: all.', minItems: 1 }),
  choose: z
    .array(z.enum(['country', 'continent', 'mirror']))
    .default([])
    .describe(
      'What users may choose by a name below the pool: a country (de), a continent (europe) or a mirror (aurora).',
    ),
  ...RULE_KEYS,
  self_weight: selfWeightSchema
    .optional()
    .describe(
      'Where its mirrors say how much of their weight and cap they want to take: a line such as 40%, or drain.',
    ),
  refuse: refuseSchema.optional().describe('Clients that get no address here, and what they get.'),
  may_be_empty: z
    .boolean()
    .default(false)
    .describe(
      'Some clients, or all, may find nobody here, and that is meant: no alarm for it. In a signed zone they get SERVFAIL, since signed answers are the same for all.',
    ),
  probe: probeSchema.optional().describe('How its mirrors are probed: a list of one probe.'),
  probes: probeListSchema
    .optional()
    .describe('How its mirrors are probed: one is up when all probes say so. A mirror may override any key.'),
});

const location = z.strictObject({
  country: country.optional().describe('ISO 3166-1 alpha-2.'),
  latitude: ranged('latitude', -90, 90).optional().describe('Degrees, north positive; with longitude.'),
  longitude: ranged('longitude', -180, 180).optional().describe('Degrees, east positive; with latitude.'),
});

const mirror = z
  .strictObject({
    addresses: z
      .array(meaningful(readMirrorAddress))
      .optional()
      .meta({ description: 'IPv4 and IPv6 addresses; each is probed and answered.', minItems: 1 }),
    hostname: meaningful(readHostname)
      .optional()
      .describe('Instead of addresses: a name that is resolved again and again, in both families.'),
    weight: z
      .union([
        z.number().meta({ type: 'integer', minimum: 0, maximum: MAX_WEIGHT }),
        meaningful(readCapacity).meta({ pattern: CAPACITY_PATTERN }),
      ])
      .pipe(whole('weight', 0, MAX_WEIGHT))
      .default(1)
      .meta({
        description:
          'The share of load among mirrors that are equally near; 0: disabled, never answered. As a rate, such as 1Gbit/s: its number in Mbit/s.',
        default: 1,
      }),
    max_world_share: maxWorldShare.describe("The same as the pool's, for this mirror alone."),
    backup: z
      .boolean()
      .default(false)
      .describe('Answered only where fewer others stand than an answer has addresses.'),
    location: location.optional().describe('Where it is. What is left out comes from the location database.'),
    asn: z.array(asNumber).default([]).describe('Clients in these autonomous systems come here first.'),
    networks: z
      .array(network)
      .default([])
      .describe('Clients in these networks come here and nowhere else while it is up.'),
    ...RULE_KEYS,
    self_weight: selfWeightSchema.optional().describe("Keys laid over those of the pool's."),
    probe: probeSchema
      .optional()
      .describe("Keys laid over each of the pool's probes; with type, over those of that type."),
    probes: probeListSchema
      .optional()
      .describe("Keys laid over the pool's probes, first over first; those that are left over are added."),
    notes: z.string().optional().describe('Free text for people.'),
    email: z
      .string()
      .regex(/^[^\s@]+@[^\s@]+$/, { error: ({ input }) => `"${input}" is not an email address` })
      .optional()
      .describe('Whom to write to about this mirror.'),
  })
  .meta({ anyOf: [{ required: ['addresses'] }, { required: ['hostname'] }] });

const line = (label: string, most: number) =>
  z
    .string()
    .trim()
    .min(1, { error: `"${label}" is empty, expected 1 to ${most} characters` })
    .max(most, { error: `"${label}" is too long, expected 1 to ${most} characters` });

const override = z
  .strictObject({
    mirrors: oneOrMore(z.string())
      .optional()
      .describe('The mirrors that it is about: their names, or globs such as "b*".'),
    state: z.enum(['disabled', 'down', 'up']).default('disabled').meta({
      description:
        'disabled: in no answer, whatever the probes say; down: the same, as earlier files have it; up: as if all probes were good.',
    }),
    reason: line('reason', 1000).optional().describe('Why, for those who come after you.'),
    until: meaningful(readTime).optional().meta({
      description:
        'When it ends by itself: RFC 3339, such as 2027-01-31T18:00:00Z. Default: when it is removed.',
      format: 'date-time',
    }),
    by: line('by', 100).optional().describe('Who says so.'),
  })
  .meta({ required: ['mirrors', 'reason'] });

export const zoneSchema = z
  .strictObject({
    zone: name.optional().describe('The name of the zone, such as dl.example.org.'),
    ns: z.array(name).optional().meta({
      description: 'Its name servers, absolute; those inside the zone have addresses in records.',
      minItems: 1,
    }),
    soa: soa.prefault({}).describe('The SOA record.'),
    ttl: seconds('ttl').default(60).describe('Seconds that resolvers may keep an answer from a pool.'),
    dnssec: z
      .strictObject({
        key: z
          .string()
          .min(1, { error: '"key" is empty, expected a path' })
          .optional()
          .describe(
            'The file with its keys, which geopool dnssec keygen makes; a path as the server sees it.',
          ),
      })
      .meta({ required: ['key'] })
      .optional()
      .describe('The zone is signed.'),
    pools: z.record(z.string(), pool).optional().meta({
      description: 'Owner names relative to the zone ("@" is the zone itself), and how they are answered.',
      minProperties: 1,
    }),
    mirrors: z
      .record(z.string(), mirror)
      .optional()
      .meta({
        description: 'The mirrors by name.',
        minProperties: 1,
        propertyNames: { pattern: MIRROR_NAME_PATTERN },
      }),
    orders: z
      .record(z.string(), orderSchema)
      .default({})
      .describe('Orders by name: which mirrors clients are sent to first, whatever the distance.'),
    special_addresses: z
      .array(network)
      .default([])
      .describe(
        'Special-purpose networks (private, loopback and so on) that host names of mirrors and redirects may lead into. Default: none, but redirects may lead to the kinds that their mirror has among its addresses.',
      ),
    overrides: z
      .array(override)
      .default([])
      .describe(
        'What operators say over all probes. Of several for one mirror, the first that has not ended counts.',
      ),
    reflect: z
      .string()
      .optional()
      .describe(
        'An owner name whose TXT record tells each client what the server sees of it: its resolver, subnet, country, AS and scope. Default: none.',
      ),
    records: z
      .record(z.string(), ownerRecords)
      .default({})
      .describe('What else the zone holds: owner names relative to the zone, then record types.'),
  })
  .meta({ title: 'A zone of geopool', required: ['zone', 'ns', 'pools', 'mirrors'] });

/** A zone file as far as it could be read: defaults filled in, texts read, but nothing checked against anything else. */
export type ZoneDraft = z.output<typeof zoneSchema>;
export type PoolDraft = z.output<typeof pool>;
export type OverrideDraft = z.output<typeof override>;
export type MirrorDraft = z.output<typeof mirror>;

/** The JSON Schema (draft 2020-12) of a zone file, for editors. */
export function zoneJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(zoneSchema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema === ownerRecords) nameRawTypes(jsonSchema);
      // zod drops stated defaults of texts that are converted into something else. They are correct for the text.
      const stated = z.globalRegistry.get(zodSchema)?.default;
      if (stated !== undefined) jsonSchema.default = stated;
      allowOperatorKeys(jsonSchema);
    },
  });
}
