/**
 * The verb `dnssec ds`: prints the records that the parent of a signed zone must have now.
 */
import { keyStateAt } from '../dnssec/key-times.js';
import { print, printJson } from './output.js';
import { dnskeyText, dsText } from './parent-records.js';
import type { SettingFlags } from './settings.js';
import { openSignedZone } from './signed-zone.js';

/** Throws as `openSignedZone` does. */
export function dnssecDs(
  name: string,
  { json, ...flags }: SettingFlags & { readonly json?: boolean },
): number {
  const { zone, keys } = openSignedZone(name, flags);
  const { atParent, withdrawn } = keyStateAt(keys, Date.now());
  const records = (withdrawn ? [] : atParent).map((key) => ({
    tag: key.tag,
    ds: dsText(zone.name, key),
    dnskey: dnskeyText(key),
  }));
  if (json === true) printJson({ zone: zone.name, withdrawn, keys: records });
  else if (withdrawn) {
    print(
      `; ${zone.name} is withdrawn: the parent must have no DS record of it, and remove those that it has`,
      `; geopool dnssec status ${zone.name} --check-parent says whether it has; geopool dnssec withdraw --undo ${zone.name} takes it back`,
    );
  } else {
    print(
      '; for the parent:',
      ...records.map(({ ds }) => `${zone.name}. IN DS ${ds}`),
      '; for a parent that makes DS records itself:',
      ...records.map(({ dnskey }) => `${zone.name}. IN DNSKEY ${dnskey}`),
    );
  }
  return 0;
}
