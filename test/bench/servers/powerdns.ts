/**
 * PowerDNS with its geoip backend: answers by country, without its caches, which would answer all clients of a country
 * alike and are of no use where each query has another client subnet.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POOL_NAME, SIX_MIRRORS, ZONE_NAME } from '../six-mirrors.js';
import { SERVER_CORE, type Stage } from '../stage.js';
import { type Server, whenAnswering } from './server.js';

/** `isSigned`: PowerDNS signs answers as it gives them, by a key of its own. */
export async function startPowerdns(stage: Stage, isSigned = false): Promise<Server> {
  const directory = mkdtempSync(join(stage.directory, 'pdns-'));
  const port = stage.nextPort();
  const zones = join(directory, 'zones.yaml');
  const keys = join(directory, 'keys');
  mkdirSync(keys);
  writeFileSync(
    join(directory, 'pdns.conf'),
    `launch=geoip
geoip-database-files=mmdb:${stage.database}
geoip-zones-file=${zones}
local-address=127.0.0.1
local-port=${port}
receiver-threads=1
distributor-threads=1
socket-dir=${directory}
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
edns-subnet-processing=yes
${isSigned ? `geoip-dnssec-keydir=${keys}\n` : ''}`,
  );
  const [{ addresses: elsewhere } = { addresses: [] }] = SIX_MIRRORS;
  const places = [...SIX_MIRRORS, { country: 'default', addresses: elsewhere }].map(
    ({ country, addresses }) =>
      `    ${country}.pool.${ZONE_NAME}:\n${addresses.map((address) => `      - a: ${address}\n`).join('')}`,
  );
  writeFileSync(
    zones,
    `domains:
- domain: ${ZONE_NAME}
  ttl: 60
  records:
    ${ZONE_NAME}:
      - soa: ns1.${ZONE_NAME}. hostmaster.${ZONE_NAME}. 1 7200 1800 259200 900
      - ns: { content: ns1.${ZONE_NAME}, ttl: 600 }
    ns1.${ZONE_NAME}:
      - a: 192.0.2.53
${places.join('')}  services:
    ${POOL_NAME}: [ '%co.pool.${ZONE_NAME}', 'default.pool.${ZONE_NAME}' ]
`,
  );
  if (isSigned)
    await stage.processes.run('pdnsutil', [`--config-dir=${directory}`, 'secure-zone', ZONE_NAME]);
  const running = stage.processes.start({
    command: 'pdns_server',
    args: [`--config-dir=${directory}`],
    log: join(directory, 'log'),
    core: SERVER_CORE,
  });
  return whenAnswering('PowerDNS', port, running);
}
