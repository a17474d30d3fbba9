/**
 * The certificate for TLS over time: read again at each reload, and when its file or the key's is replaced, as programs
 * that renew certificates do. If they are wrong then, nothing changes, and that is reported until they are right.
 */
import { isDeepStrictEqual } from 'node:util';
import type { TlsReport } from '../control/status-report.js';
import type { Clock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { rfc3339 } from '../platform/time.js';
import type { TlsTerms } from '../server/secure-context.js';
import type { TlsConfig } from '../zone/tls-config.js';
import { watchFiles } from './file-watch.js';
import type { Signals } from './signals.js';
import { readTlsFiles, type TlsFiles } from './tls-files.js';

export interface TlsKeeper {
  /** For the workers; undefined if the config has no TLS. */
  terms(): TlsTerms | undefined;
  report(): TlsReport | undefined;
  /** Reads the files again, if there are any. Returns what is wrong with them; then nothing has changed. */
  reload(): readonly string[];
  /** The terms of another config, and the function that makes the keeper follow it. Throws as `openTls` does. */
  prepare(next: TlsConfig | undefined): { readonly terms?: TlsTerms; readonly follow: () => void };
  stop(): void;
}

interface Tools {
  readonly clock: Clock;
  readonly log: Log;
  readonly signals: Pick<Signals, 'emit'>;
}

/** A resolver opens a connection and keeps it: a client that begins more than this many a second is no resolver. */
const DEFAULT_HANDSHAKES = 20;

/** A config and what its files contain. */
interface Held {
  readonly config: TlsConfig;
  readonly files: TlsFiles;
}

/** Throws CONFIG_INVALID, with a line for each fault, if a file named in the config is wrong. */
export function openTls(first: TlsConfig | undefined, { clock, log, signals }: Tools): TlsKeeper {
  let held = heldBy(first);
  let wrong: readonly string[] = [];
  const watch = watchFiles(
    () => (held === undefined ? [] : [held.config.certificate, held.config.key]),
    clock,
    reload,
  );

  function reload(): readonly string[] {
    if (held === undefined) return [];
    watch.acknowledge();
    const { config, files: before } = held;
    let files: TlsFiles;
    try {
      files = readTlsFiles(config);
    } catch (error) {
      if (!(error instanceof GeopoolError)) throw error;
      wrong = error.details;
      log.error(
        { event: 'certificate-wrong', faults: wrong },
        `the certificate for TLS stays as it was: ${wrong.join('; ')}`,
      );
      return wrong;
    }
    wrong = [];
    held = { config, files };
    if (files.certificate !== before.certificate || files.key !== before.key) {
      log.info(
        { event: 'certificate-changed', certificate: config.certificate, ends: rfc3339(files.until) },
        `TLS has another certificate, which ends ${rfc3339(files.until)}`,
      );
      signals.emit('certificateChanged');
    }
    return [];
  }

  return {
    terms: () => held && termsOf(held),
    report: () =>
      held && {
        certificate: held.config.certificate,
        begins: rfc3339(held.files.from),
        ends: rfc3339(held.files.until),
        ...(wrong.length > 0 && { error: wrong.join('; ') }),
      },
    reload,
    prepare(next) {
      // An unchanged config is checked by the reload that follows, which keeps the old files if the new ones are wrong.
      if (isDeepStrictEqual(next, held?.config)) {
        return { ...(held !== undefined && { terms: termsOf(held) }), follow: () => undefined };
      }
      const later = heldBy(next);
      return {
        ...(later !== undefined && { terms: termsOf(later) }),
        follow() {
          held = later;
          wrong = [];
          watch.acknowledge();
        },
      };
    },
    stop: () => watch.stop(),
  };
}

function heldBy(config: TlsConfig | undefined): Held | undefined {
  return config && { config, files: readTlsFiles(config) };
}

function termsOf({ config, files: { certificate, key } }: Held): TlsTerms {
  return { certificate, key, handshakes: config.handshakes ?? DEFAULT_HANDSHAKES };
}
