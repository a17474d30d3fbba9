/**
 * unbound as an authority for one name, over UDP and TLS: of the servers that Debian 12 has, none that is an authority and
 * nothing else speaks TLS (Knot does from 3.5 on).
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressAt, POOL_NAME, ZONE_NAME } from '../six-mirrors.js';
import { SERVER_CORE, type Stage } from '../stage.js';
import { type Server, whenAnswering } from './server.js';

export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface TlsServer extends Server {
  readonly tlsPort: number;
}

export async function startUnbound(stage: Stage, { certificate, key }: TlsFiles): Promise<TlsServer> {
  const directory = mkdtempSync(join(stage.directory, 'unbound-'));
  const [port, tlsPort] = [stage.nextPort(), stage.nextPort()];
  const config = join(directory, 'unbound.conf');
  const addresses = [1, 2, 3].map(
    (machine) => `  local-data: "${POOL_NAME}. 60 A ${addressAt(1, machine)}"\n`,
  );
  writeFileSync(
    config,
    `server:
  directory: "${directory}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  interface: 127.0.0.1@${port}
  interface: 127.0.0.1@${tlsPort}
  tls-port: ${tlsPort}
  tls-service-key: "${key}"
  tls-service-pem: "${certificate}"
  incoming-num-tcp: 100
  local-zone: "${ZONE_NAME}." static
${addresses.join('')}remote-control:
  control-enable: no
`,
  );
  const running = stage.processes.start({
    command: 'unbound',
    args: ['-d', '-p', '-c', config],
    log: join(directory, 'log'),
    core: SERVER_CORE,
  });
  return { ...(await whenAnswering('unbound', port, running)), tlsPort };
}
