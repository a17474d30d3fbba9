/**
 * The mirrors of a zone: what their keys say against one another, and against other mirrors. An address that two
 * mirrors claim would get the share of both and be judged twice.
 */
import type { Address } from '../ip/address.js';
import type { FaultList } from './faults.js';
import type { Admission, Mirror, StatedLocation } from './model.js';
import { MIRROR_NAME_PATTERN, type MirrorDraft, type ZoneDraft } from './schema.js';
import type { Path } from './tree.js';

/** The mirrors in the order of the file; what is wrong with them goes to `faults`. */
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
  if (faults.has([...path, 'only_countries']) && faults.has([...path, 'except_countries'])) {
    const message = '"except_countries" beside "only_countries": write only one of them';
    faults.atKey([...path, 'except_countries'], message);
  }
  const [latitude, longitude] = ['latitude', 'longitude'].map((key) => [...path, 'location', key]);
  if (latitude !== undefined && longitude !== undefined) {
    if (faults.has(latitude) && !faults.has(longitude))
      faults.atKey(latitude, '"latitude" needs "longitude" too');
    if (faults.has(longitude) && !faults.has(latitude))
      faults.atKey(longitude, '"longitude" needs "latitude" too');
  }
  checkRepeats([...path, 'asn'], mirror.asn, faults);
  checkRepeats(
    [...path, 'networks'],
    mirror.networks.map(({ text }) => text),
    faults,
  );
  checkRepeats(
    [...path, 'only_networks'],
    mirror.only_networks?.map(({ text }) => text),
    faults,
  );
  checkRepeats([...path, 'only_countries'], mirror.only_countries, faults);
  checkRepeats([...path, 'except_countries'], mirror.except_countries, faults);
}

/** Says which items of the list at `path` were there before. */
export function checkRepeats(
  path: Path,
  items: readonly (string | number)[] | undefined,
  faults: FaultList,
): void {
  const seen = new Set<string | number>();
  items?.forEach((item, i) => {
    if (seen.has(item)) faults.atValue([...path, i], `${item} is listed twice`);
    seen.add(item);
  });
}

function mirrorOf(name: string, draft: MirrorDraft): Mirror {
  const { addresses = [], hostname, weight, asn, networks, notes, email } = draft;
  return {
    name,
    addresses,
    ...(hostname === undefined ? {} : { hostname }),
    weight,
    location: locationOf(draft),
    asn,
    networks,
    admits: admissionOf(draft),
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

function admissionOf(draft: MirrorDraft): Admission {
  const { only_countries, except_countries, only_networks } = draft;
  return {
    ...(only_countries === undefined ? {} : { onlyCountries: only_countries }),
    ...(except_countries === undefined ? {} : { exceptCountries: except_countries }),
    ...(only_networks === undefined ? {} : { onlyNetworks: only_networks }),
  };
}
