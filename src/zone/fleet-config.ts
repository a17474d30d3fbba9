/**
 * The key `fleet` of geopool.yaml: the name servers that judge together, and the instances of Valkey or Redis through
 * which they share what they know.
 */
import * as z from 'zod';
import type { FaultList } from './faults.js';
import { meaningful, oneOrMore } from './fields.js';
import { readName } from './names.js';
import { isTextFault, type TextFault } from './text-fault.js';

export interface FleetConfig {
  /** Undefined: the host's name. */
  readonly name?: string;
  /** The path of this member's own key. */
  readonly keyFile: string;
  /** All members by name, this one included. */
  readonly members: ReadonlyMap<string, FleetMember>;
  /** URLs of the instances, 1 to 3. */
  readonly servers: readonly string[];
  readonly username?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly clientKeyFile?: string;
  readonly verdicts: 'shared' | 'own';
}

export interface FleetMember {
  /** An Ed25519 public key: its 32 octets in base64. */
  readonly key: string;
  /** Whether its overrides apply on all members. */
  readonly overrides: boolean;
}

const MOST_MEMBERS = 32;
const MOST_SERVERS = 3;
/** With fewer members, a single silent one leaves no majority. */
const SHARED_FROM = 3;

const path = (key: string) => z.string().min(1, { error: `"${key}" is empty, expected a path` });

const memberSchema = z.strictObject({
  key: meaningful(readKey),
  overrides: z.boolean().default(true),
});

export const fleetSchema = z
  .strictObject({
    name: meaningful(readName).optional(),
    key_file: path('key_file'),
    members: z.record(z.string(), memberSchema),
    servers: oneOrMore(meaningful(readInstance)),
    username: z.string().min(1, { error: '"username" is empty' }).optional(),
    password_file: path('password_file').optional(),
    ca_file: path('ca_file').optional(),
    certificate_file: path('certificate_file').optional(),
    client_key_file: path('client_key_file').optional(),
    verdicts: meaningful(readSharing).optional(),
  })
  .optional();

type FleetDraft = z.output<typeof fleetSchema>;

/** Reports values that do not fit together. */
export function checkFleet(draft: FleetDraft, faults: FaultList): void {
  if (draft === undefined) return;
  const { members, servers, name, username, password_file, certificate_file, client_key_file } = draft;
  const at = ['fleet', 'members'];
  const names = Object.keys(members);
  // Members that are wrong are missing from this list.
  const whole = !faults.isFaulty(at);
  if (whole && (names.length < 2 || names.length > MOST_MEMBERS)) {
    faults.atKey(
      at,
      `"members" has ${names.length}, expected 2 to ${MOST_MEMBERS}: all of them, this one too`,
    );
  }
  const seen = new Map<string, string>();
  for (const [member, { key }] of Object.entries(members)) {
    // Names are compared as text, so each must be written in one way only.
    const read = readName(member);
    if (isTextFault(read)) faults.atKey([...at, member], read.fault);
    else if (read !== member) faults.atKey([...at, member], `"${member}" is written ${read}`);
    const other = seen.get(key);
    if (other !== undefined)
      faults.atKey([...at, member], `"${member}" has the key of ${other}: each has its own`);
    seen.set(key, member);
  }
  if (whole && name !== undefined && !Object.hasOwn(members, name)) {
    faults.atValue(['fleet', 'name'], `"${name}" is not in "members"`);
  }
  if (servers.length === 0 || servers.length > MOST_SERVERS) {
    faults.atKey(['fleet', 'servers'], `"servers" has ${servers.length}, expected 1 to ${MOST_SERVERS}`);
  }
  if (username !== undefined && password_file === undefined) {
    faults.atKey(['fleet', 'username'], '"username" without "password_file"');
  }
  if ((certificate_file === undefined) !== (client_key_file === undefined)) {
    const [one, other] =
      certificate_file === undefined
        ? ['client_key_file', 'certificate_file']
        : ['certificate_file', 'client_key_file'];
    faults.atKey(['fleet', one], `"${one}" without "${other}"`);
  }
}

/** The config that the key makes. */
export function fleetOf(draft: NonNullable<FleetDraft>): FleetConfig {
  const { name, key_file, members, servers, username, password_file, ca_file } = draft;
  const { certificate_file, client_key_file } = draft;
  const { verdicts = Object.keys(members).length < SHARED_FROM ? 'own' : 'shared' } = draft;
  return {
    keyFile: key_file,
    members: new Map(Object.entries(members)),
    servers,
    verdicts,
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
    ...(password_file !== undefined && { passwordFile: password_file }),
    ...(ca_file !== undefined && { caFile: ca_file }),
    ...(certificate_file !== undefined && { certificateFile: certificate_file }),
    ...(client_key_file !== undefined && { clientKeyFile: client_key_file }),
  };
}

function readKey(text: string): string | TextFault {
  const octets = Buffer.from(text, 'base64');
  if (octets.length === 32 && octets.toString('base64') === text) return text;
  return { fault: 'not a public key, expected 44 characters as "geopool fleet keygen" prints them' };
}

function readSharing(text: string): FleetConfig['verdicts'] | TextFault {
  if (text === 'shared' || text === 'own') return text;
  return { fault: `verdicts "${text}" is neither "shared" nor "own"` };
}

/** Messages don't contain the text: it may contain a password. */
function readInstance(text: string): string | TextFault {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fault = (why: string): TextFault => ({
    fault: `a server ${why}, expected one such as rediss://valkey1.example.org:6380`,
  });
  if (url === undefined) return fault('is no URL');
  if (url.username !== '' || url.password !== '')
    return fault('has a user in its URL ("username" and "password_file" are for that)');
  if (url.protocol === 'unix:')
    return url.host === '' && url.pathname.length > 1
      ? text
      : fault('is a socket without a path (unix:/run/valkey.sock)');
  if (!['redis:', 'rediss:'].includes(url.protocol)) return fault('is neither redis: nor rediss: nor unix:');
  if (url.hostname === '' || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    return fault('has more than a host and a port in its URL');
  return text;
}
