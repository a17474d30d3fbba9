/**
 * Reads what `fleet` in geopool.yaml names: this member's key, and the credentials for instances.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import type { InstanceAccess } from '../fleet/instance.js';
import { publicPart, readMemberKey } from '../fleet/member-key.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { readPlainSync } from '../state/plain-file.js';
import type { FleetConfig } from '../zone/fleet-config.js';

export interface FleetIdentity {
  readonly name: string;
  readonly key: KeyObject;
}

const MOST_OCTETS = 2 ** 20;

/** Throws CONFIG_INVALID if a file is wrong, or if this server is no member. */
export function readFleet(config: Pick<FleetConfig, 'members' | 'keyFile' | 'name'>): FleetIdentity {
  const { members, keyFile } = config;
  const name = config.name ?? hostname().toLowerCase();
  const member = members.get(name);
  if (member === undefined) {
    throw new GeopoolError('CONFIG_INVALID', `fleet: ${name} is not in "members": set "name", or add it`);
  }
  const key = readMemberKey(keyFile);
  if (publicPart(key) !== member.key) {
    throw new GeopoolError(
      'CONFIG_INVALID',
      `fleet: ${keyFile} is not the key of ${name}: its public part is ${publicPart(key)}`,
    );
  }
  return { name, key };
}

/** The credentials for instances. Throws CONFIG_INVALID if a file is wrong. */
export function readAccess({
  username,
  passwordFile,
  caFile,
  certificateFile,
  clientKeyFile,
}: Pick<
  FleetConfig,
  'username' | 'passwordFile' | 'caFile' | 'certificateFile' | 'clientKeyFile'
>): InstanceAccess {
  const password = passwordFile === undefined ? undefined : read(passwordFile).toString('utf8').trim();
  const ca = caFile === undefined ? undefined : readCertificate(caFile).octets;
  const shown = certificateFile === undefined ? undefined : readCertificate(certificateFile);
  const clientKey = clientKeyFile === undefined ? undefined : readKeyOf(clientKeyFile, shown?.certificate);
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(shown !== undefined && { certificate: shown.octets }),
    ...(clientKey !== undefined && { clientKey }),
  };
}

/** The octets of a file and the first certificate in them; TLS would ignore certificates that it can't read. */
function readCertificate(file: string): { readonly octets: Buffer; readonly certificate: X509Certificate } {
  const octets = read(file);
  try {
    return { octets, certificate: new X509Certificate(octets) };
  } catch {
    throw new GeopoolError('CONFIG_INVALID', `${file}: is no certificate in PEM`);
  }
}

/** The octets of a file that contains the key of that certificate. */
function readKeyOf(file: string, certificate: X509Certificate | undefined): Buffer {
  const octets = read(file);
  let key: KeyObject;
  try {
    key = createPrivateKey(octets);
  } catch {
    // Node's own message about it might show part of the key.
    throw new GeopoolError('CONFIG_INVALID', `${file}: is not a private key in PEM, or has a passphrase`);
  }
  if (certificate?.checkPrivateKey(key) === false)
    throw new GeopoolError('CONFIG_INVALID', `${file}: is not the key of "certificate_file"`);
  return octets;
}

function read(file: string): Buffer {
  try {
    return readPlainSync(file, MOST_OCTETS);
  } catch (error) {
    throw new GeopoolError('CONFIG_INVALID', `${file}: can't be read: ${describeError(error)}`, {
      cause: error,
    });
  }
}
