/**
 * Knot DNS with mod-geoip: answers by continent and country, read from the same database.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressAt, POOL_NAME, ZONE_HEAD, ZONE_NAME } from '../six-mirrors.js';
import { SERVER_CORE, type Stage } from '../stage.js';
import { type Server, whenAnswering } from './server.js';

/** Where clients of a continent or country are sent: continent;country, and the number of the place. */
const GEOGRAPHIES = [
  ['EU;DE', 2],
  ['EU;*', 3],
  ['NA;*', 1],
  ['AS;*', 4],
  ['OC;*', 5],
  ['SA;*', 6],
  ['AF;*', 3],
] as const;

const POLICY = 'policy:\n  - id: single\n    single-type-signing: on\n    algorithm: ecdsap256sha256\n';

/** `isSigned`: Knot signs zone and answers by a key of its own when it loads them. */
export async function startKnot(stage: Stage, isSigned = false): Promise<Server> {
  const directory = mkdtempSync(join(stage.directory, 'knot-'));
  const port = stage.nextPort();
  const zone = join(directory, 'zone');
  const geography = join(directory, 'geography');
  const config = join(directory, 'knot.conf');
  writeFileSync(
    config,
    `server:
  rundir: ${directory}
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  edns-client-subnet: on
database:
  storage: ${directory}
log:
  - target: stderr
    any: error
${isSigned ? POLICY : ''}mod-geoip:
  - id: places
    config-file: ${geography}
    ttl: 60
    mode: geodb
    geodb-file: ${stage.database}
    geodb-key: [ continent/code, country/iso_code ]
${isSigned ? '    policy: single\n' : ''}zone:
  - domain: ${ZONE_NAME}
    file: ${zone}
    module: mod-geoip/places
${isSigned ? '    dnssec-signing: on\n    dnssec-policy: single\n' : ''}`,
  );
  const answers = GEOGRAPHIES.map(([name, place]) => {
    const addresses = [1, 2, 3].map((machine) => addressAt(place, machine));
    return `  - geo: "${name}"\n    A: [ ${addresses.join(', ')} ]\n`;
  });
  writeFileSync(geography, `${POOL_NAME}:\n${answers.join('')}`);
  const fallback = [1, 2, 3].map((machine) => `dl 60 A ${addressAt(1, machine)}\n`).join('');
  writeFileSync(zone, `${ZONE_HEAD}${fallback}`);
  const running = stage.processes.start({
    command: 'knotd',
    args: ['-c', config],
    log: join(directory, 'log'),
    core: SERVER_CORE,
  });
  return whenAnswering('Knot', port, running);
}
