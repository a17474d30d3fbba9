/** A server that answers over TLS too, with a certificate that the test has made. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import type { Credentials } from '../../src/server/secure-context.js';
import type { Scope } from '../scope.js';
import { makeCertificate } from '../server/tls-certificate.js';
import { within } from './program.js';
import { type Home, makeHome, type Server, type ServerOptions, startServer } from './server.js';

export interface TlsServer extends Server {
  readonly tlsPort: number;
}

export interface TlsHome extends Home {
  /** Puts these into the place of the files that there are. */
  replace(credentials: Credentials): Promise<void>;
}

const CONFIG =
  'geo: { city: city.mmdb }\ntls: { certificate: tls.crt, key: tls.key, handshakes_per_network: 1000 }\n';

export async function makeTlsHome(
  t: Scope,
  zones: ServerOptions['zones'] = {},
  config = CONFIG,
): Promise<TlsHome> {
  const home = await makeHome(t, { zones, config });
  const replace = async ({ certificate, key }: Credentials): Promise<void> => {
    await home.write('tls.crt', certificate);
    const file = join(home.dir, 'tls.key');
    await writeFile(file, key, { mode: 0o600 });
    await chmod(file, 0o600);
  };
  await replace(makeCertificate());
  return { ...home, replace };
}

/** Listens on 127.0.0.1, and for TLS there too. */
export async function startTlsServer(t: Scope, home: Home, options: ServerOptions = {}): Promise<TlsServer> {
  const server = await startServer(t, { home, hosts: ['127.0.0.1', 'tls://127.0.0.1'], ...options });
  const tlsPort = Number(
    server.listen
      .find((place) => place.startsWith('tls://'))
      ?.split(':')
      .at(-1),
  );
  return { ...server, tlsPort };
}

/** The certificate that the server shows to who connects now, in PEM. */
export function shownBy({ tlsPort: port }: Pick<TlsServer, 'tlsPort'>, host = '127.0.0.1'): Promise<string> {
  const socket: TLSSocket = connect({ port, host, rejectUnauthorized: false });
  const shown = new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', () => resolve(socket.getPeerX509Certificate()?.toString() ?? ''));
  });
  return within(shown, 'a certificate').finally(() => socket.destroy());
}
