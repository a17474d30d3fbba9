/**
 * The key `tls` of geopool.yaml: certificate and limits for DNS over TLS, on addresses of `listen` that ask for it.
 */
import * as z from 'zod';
import { whole } from './fields.js';

export interface TlsConfig {
  /** Paths of files in PEM. */
  readonly certificate: string;
  readonly key: string;
  /** Handshakes per second of one client network. Undefined: the program decides. */
  readonly handshakes?: number;
}

const MAX_HANDSHAKES = 100_000;

const path = (key: string) => z.string().min(1, { error: `"${key}" is empty, expected a path` });

export const tlsSchema = z
  .strictObject({
    certificate: path('certificate'),
    key: path('key'),
    handshakes_per_network: whole('handshakes_per_network', 1, MAX_HANDSHAKES).optional(),
  })
  .optional();

/** The config that the key makes. */
export function tlsOf({
  certificate,
  key,
  handshakes_per_network: handshakes,
}: NonNullable<z.output<typeof tlsSchema>>): TlsConfig {
  return { certificate, key, ...(handshakes !== undefined && { handshakes }) };
}
