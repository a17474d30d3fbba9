/**
 * The files other than zones that a config names. They are read as `serve` reads them at its start, by the same functions.
 * So `check` refuses, in the same words, the files with which `serve` would not start, and warns of those that `serve` would
 * do without.
 */
import { secretsInFile } from '../daemon/cookie-keeper.js';
import { readAccess, readFleet } from '../daemon/fleet-settings.js';
import type { DaemonSettings } from '../daemon/settings.js';
import { readTlsFiles } from '../daemon/tls-files.js';
import type { GeoSources } from '../geo/geo-sources.js';
import { GeopoolError } from '../platform/errors.js';
import { ownCertificateWarnings } from '../report/certificate-warnings.js';
import { keyFromFile } from '../update/settings.js';
import { faultOfFile, formatFault } from '../zone/faults.js';
import type { Warning } from '../zone/warnings/warning.js';
import { whyClosed } from './closed-files.js';

export interface NamedFiles {
  readonly settings: Pick<DaemonSettings, 'answering' | 'tls' | 'fleet' | 'geo'>;
  /** The databases that `serve` would choose. */
  readonly sources: () => Pick<GeoSources, 'passedOver' | 'problems'>;
  /** Key files are on another host: the key of this fleet member is not read. */
  readonly withoutKeys: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** All files that the config names, except zones, their keys and databases. */
export function filesNamed({ answering, tls, fleet, geo }: NamedFiles['settings']): readonly string[] {
  return [
    answering.cookies.secretFile,
    tls?.certificate,
    tls?.key,
    fleet?.keyFile,
    ...accessFiles(fleet),
    licenseFile(geo),
  ].filter((path) => path !== undefined);
}

/** Warnings about files that `serve` would do without. Rejects with CONFIG_INVALID if it would not start. */
export async function checkNamed(named: NamedFiles): Promise<readonly Warning[]> {
  const { settings, sources, withoutKeys, now } = named;
  const { answering, tls, fleet, geo } = settings;
  const { secretFile } = answering.cookies;
  const wrong: GeopoolError[] = [];
  /** Reads files; undefined if they are wrong, or if this user may not read them. */
  const look = <T>(files: readonly (string | undefined)[], read: () => T): T | undefined => {
    const closed = files.flatMap((file) => closedFault(file) ?? []);
    if (closed.length > 0) {
      wrong.push(new GeopoolError('CONFIG_INVALID', 'not all can be checked', { details: closed }));
      return undefined;
    }
    try {
      return read();
    } catch (error) {
      if (!(error instanceof GeopoolError)) throw error;
      wrong.push(error);
      return undefined;
    }
  };

  if (secretFile !== undefined) look([secretFile], () => secretsInFile(secretFile));
  const certificate = tls && look([tls.certificate, tls.key], () => readTlsFiles(tls));
  if (fleet !== undefined) {
    if (!withoutKeys) look([fleet.keyFile], () => readFleet(fleet));
    look(accessFiles(fleet), () => readAccess(fleet));
  }
  const [first, second] = wrong;
  if (first !== undefined && second === undefined) throw first;
  if (first !== undefined) {
    const details = wrong.flatMap((error) => [...error.details, error.message]);
    throw new GeopoolError('CONFIG_INVALID', 'serve would not start with these files', { details });
  }

  const ending = certificate && ownCertificateWarnings(certificate.from, certificate.until, now);
  const { passedOver, problems } = sources();
  return [
    ...(ending ?? []).map((text) =>
      warning(tls?.certificate ?? '', `the certificate for TLS ${text}`, 'certificate-time'),
    ),
    ...passedOver.map((path, i) =>
      warning(path, whyClosed(path) ?? problems[i] ?? '', 'database-passed-over'),
    ),
    ...(await licenseWarning(licenseFile(geo))),
  ];
}

/** Fetching needs the license key; answering does not. */
async function licenseWarning(file: string | undefined): Promise<readonly Warning[]> {
  if (file === undefined) return [];
  try {
    await keyFromFile(file)();
    return [];
  } catch (error) {
    if (!(error instanceof GeopoolError)) throw error;
    return [warning(file, whyClosed(file) ?? error.message, 'no-license-key')];
  }
}

function accessFiles(fleet: DaemonSettings['fleet']): readonly (string | undefined)[] {
  return [fleet?.passwordFile, fleet?.caFile, fleet?.certificateFile, fleet?.clientKeyFile];
}

function licenseFile({ update }: DaemonSettings['geo']): string | undefined {
  return update !== undefined && 'licenseKeyFile' in update ? update.licenseKeyFile : undefined;
}

function closedFault(file: string | undefined): string | undefined {
  const why = file === undefined ? undefined : whyClosed(file);
  return file === undefined || why === undefined ? undefined : formatFault(faultOfFile(file, why));
}

/** The fault names the file already, so the file is cut from the beginning of the message. */
function warning(file: string, message: string, code: string): Warning {
  const text = message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message;
  return { ...faultOfFile(file, text), code };
}
