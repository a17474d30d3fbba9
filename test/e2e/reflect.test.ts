/** The name that reflects the client, queried with dig, also as zones come and go. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { writeMmdb } from '../mmdb-writer.js';
import { CLIENTS } from './places.js';
import { startServer } from './server.js';
import { missing, runTool } from './tools.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { answers: 1, near_km: 0, probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1], location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  boreas: { addresses: [192.0.2.2], location: { country: US, latitude: 41.9, longitude: -87.6 } }
`;

t.test('reflect', { skip: missing('dig') }, async (t) => {
  const server = await startServer(t, {
    zones: { 'z.yaml': ZONE },
    config: 'geo: { city: city.mmdb, asn: asn.mmdb }\n',
  });
  const dig = (...more: string[]) =>
    runTool('dig', ['@127.0.0.1', '-p', String(server.port), 'reflect.dl.example.org', 'TXT', ...more]);
  t.match(await dig(), /NXDOMAIN/, 'off unless it is named');

  const [network = ''] = CLIENTS.berlin.split('/');
  await writeFile(
    join(server.dir, 'asn.mmdb'),
    writeMmdb({ type: 'Test-ASN', entries: { [CLIENTS.berlin]: { autonomous_system_number: 64_500 } } }),
  );
  await server.write('zones/z.yaml', `${ZONE}reflect: reflect\n`);
  t.equal((await server.run('reload')).code, 0);
  t.match(
    await dig('+noall', '+answer'),
    /\t?0\s+IN\s+TXT\s+"resolver=127\.0\.0\.1" "counted=resolver" "scope=\d+"$/m,
  );
  const strings = `"resolver=127.0.0.1" "subnet=${CLIENTS.berlin}" "counted=subnet" "country=DE" "asn=64500" "scope=`;
  for (const transport of ['+notcp', '+tcp']) {
    const printed = await dig(`+subnet=${CLIENTS.berlin}`, transport);
    t.ok(printed.includes(strings), printed);
    t.ok(printed.includes(`CLIENT-SUBNET: ${network}/24/24`), 'no other client is given it');
  }
  t.match(await dig('+subnet=0/0'), /"counted=resolver"/);
  t.match(
    await dig('+short', `+subnet=${CLIENTS.berlinV6}`),
    /"subnet=2a00:100::\/48" "counted=subnet" "country=DE"/,
  );

  await server.write('zones/z.yaml', ZONE);
  t.equal((await server.run('reload')).code, 0);
  t.match(await dig(), /NXDOMAIN/);
});
