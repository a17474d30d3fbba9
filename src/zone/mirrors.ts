/**
 * The mirrors of a zone. Checks the keys of each mirror against one another and against other mirrors. An address that two
 * mirrors claim would get the share of both and be judged twice.
 */
import type { Address } from '../ip/address.js';
import { checkRepeats } from './check-repeats.js';
import { checkClientRules, clientRulesOf } from './client-rules.js';
import type { FaultList } from './faults.js';
import type { Mirror, StatedLocation } from './model.js';
import { MIRROR_NAME_PATTERN, type MirrorDraft, type ZoneDraft } from './schema.js';
import type { Path } from './tree.js';

/** The mirrors in the order of the file. Faults go to `faults`. */
export function mirrorsOf(draft: ZoneDraft, faults: FaultList): readonly Mirror[] {
  const drafts = new Map(Object.entries(draft.mirrors ?? {}));
  const holders = new Map<string, { readonly mirror: string; readonly path: Path }>();
  return faults.keysAt(['mirrors']).flatMap((name) => {
    checkName(name, faults);
    const mirror = drafts.get(name);
    if (mirror === undefined) return [];
    checkAddresses(name, mirror.addresses ?? [], holders, faults);
    checkRules(name, mirror, faults);
    return [mirrorOf(name, mirror)];
  });
}

function checkName(name: string, faults: FaultList): void {
  if (new RegExp(MIRROR_NAME_PATTERN).test(name)) return;
  const expected = 'expected up to 63 of a-z, 0-9, "-", "_" and ".", a letter or digit first';
  faults.atKey(['mirrors', name], `"${name}" can't be the name of a mirror, ${expected}`);
}

function checkAddresses(
  mirror: string,
  addresses: readonly Address[],
  holders: Map<string, { readonly mirror: string; readonly path: Path }>,
  faults: FaultList,
): void {
  addresses.forEach(({ text }, i) => {
    const path = ['mirrors', mirror, 'addresses', i];
    const holder = holders.get(text);
    if (holder === undefined) {
      holders.set(text, { mirror, path });
      return;
    }
    const { line } = faults.position(holder.path, 'value');
    const whose = holder.mirror === mirror ? 'listed twice' : `also that of mirror "${holder.mirror}"`;
    faults.atValue(path, `the address ${text} is ${whose} (line ${line})`);
  });
}

function checkRules(name: string, mirror: MirrorDraft, faults: FaultList): void {
  const path = ['mirrors', name];
  const [latitude, longitude] = ['latitude', 'longitude'].map((key) => [...path, 'location', key]);
  if (latitude !== undefined && longitude !== undefined) {
    if (faults.has(latitude) && !faults.has(longitude))
      faults.atKey(latitude, '"latitude" needs "longitude" too');
    if (faults.has(longitude) && !faults.has(latitude))
      faults.atKey(longitude, '"longitude" needs "latitude" too');
  }
  for (const key of mirror.backup ? ['asn', 'networks'] : []) {
    if (!faults.has([...path, key])) continue;
    faults.atKey(
      [...path, key],
      `"${key}" says who comes here first, and "backup" that others do: leave one out`,
    );
  }
  checkRepeats([...path, 'asn'], mirror.asn, faults);
  checkRepeats(
    [...path, 'networks'],
    mirror.networks.map(({ text }) => text),
    faults,
  );
  checkClientRules(path, mirror, faults);
}

function mirrorOf(name: string, draft: MirrorDraft): Mirror {
  const { addresses = [], hostname, weight, backup, max_world_share, asn, networks, notes, email } = draft;
  return {
    name,
    addresses,
    ...(hostname === undefined ? {} : { hostname }),
    weight,
    backup,
    ...(max_world_share === undefined ? {} : { maxWorldShare: max_world_share }),
    location: locationOf(draft),
    asn,
    networks,
    admits: clientRulesOf(draft),
    ...(notes === undefined ? {} : { notes }),
    ...(email === undefined ? {} : { email }),
  };
}

function locationOf({ location = {} }: MirrorDraft): StatedLocation {
  const { country, latitude, longitude } = location;
  return {
    ...(country === undefined ? {} : { country }),
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
  };
}
