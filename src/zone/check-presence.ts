/**
 * What every zone file must have. All keys are optional in the schema, so that a missing key does not hide other faults.
 */
import type { FaultList } from './faults.js';
import type { ZoneDraft } from './schema.js';

const REQUIRED: readonly (readonly [key: 'zone' | 'ns' | 'pools' | 'mirrors', what: string])[] = [
  ['zone', 'the name of the zone, zone: dl.example.org'],
  ['ns', 'the names of its name servers, ns: [ns1.example.org]'],
  ['pools', 'at least one pool, pools: { "@": {} }'],
  ['mirrors', 'at least one mirror with its addresses'],
];

/** Reports missing or empty keys of the file and of its mirrors. */
export function checkPresence(draft: ZoneDraft, faults: FaultList): void {
  for (const [key, what] of REQUIRED) {
    if (!faults.has([key])) faults.atKey([key], `"${key}" is missing, expected ${what}`);
    else if (!faults.isFaulty([key]) && isEmpty(draft[key])) {
      faults.atKey([key], `"${key}" is empty, expected ${what}`);
    }
  }
  if (faults.has(['dnssec']) && !faults.has(['dnssec', 'key']) && !faults.isFaulty(['dnssec']))
    faults.atKey(['dnssec', 'key'], '"key" is missing, expected the file that geopool dnssec keygen made');
  for (const [name, mirror] of Object.entries(draft.mirrors ?? {})) {
    const path = ['mirrors', name, 'addresses'];
    const named = faults.has(['mirrors', name, 'hostname']);
    if (named && faults.has(path)) {
      const message = '"hostname" beside "addresses": write only one of them';
      faults.atKey(['mirrors', name, 'hostname'], message);
    } else if (named) continue;
    else if (!faults.has(path)) faults.atKey(path, `mirror "${name}" has no "addresses", and no "hostname"`);
    else if (!faults.isFaulty(path) && isEmpty(mirror.addresses)) {
      faults.atKey(path, `mirror "${name}" has no addresses: add one, or take the mirror out`);
    }
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
