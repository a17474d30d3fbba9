/**
 * The one list of the warnings that `check` gives. A rule is a function in this directory, an entry here, and a line in
 * docs/geopool-zone.md.
 */
import { newFaultList, sortFaults } from '../faults.js';
import { readYaml } from '../read-yaml.js';
import type { Path } from '../tree.js';
import type { LoadedZone } from '../zone-files.js';
import { canBeEmpty, hiddenByRefusal } from './empty-pools.js';
import {
  disabledPools,
  endedOverrides,
  idleAsns,
  idleWeights,
  panicWithoutBackup,
  shadowedChoices,
  shadowedPools,
  unusedMirrors,
} from './idle.js';
import { answersNobody } from './nobody.js';
import { idleSubdivisions, unusedOrders } from './orders.js';
import { fineNetworks, missingNames, relativeNames, strayPlaces } from './slips.js';
import type { Rule, Surroundings, Warning } from './warning.js';
import { tightWorldShares } from './world-shares.js';

/** By the code of the warning. */
export const RULES: Readonly<Record<string, Rule>> = {
  'pool-can-be-empty': canBeEmpty,
  'pool-answers-nobody': answersNobody,
  'refusal-hides-pool': hiddenByRefusal,
  'pool-shadowed': shadowedPools,
  'choice-shadowed': shadowedChoices,
  'weights-all-0': idleWeights,
  'pool-disabled': disabledPools,
  'world-shares-too-small': tightWorldShares,
  'panic-without-backup': panicWithoutBackup,
  'mirror-in-no-pool': unusedMirrors,
  'order-in-no-pool': unusedOrders,
  'subdivision-of-nobody': idleSubdivisions,
  'place-in-other-country': strayPlaces,
  'network-too-fine': fineNetworks,
  'asn-without-database': idleAsns,
  'name-looks-relative': relativeNames,
  'name-without-records': missingNames,
  'override-ended': endedOverrides,
};

/** All warnings of a zone, in the order of its file. */
export function warningsOf({ zone, text, file }: LoadedZone, surroundings: Surroundings): readonly Warning[] {
  const remarks = Object.entries(RULES).flatMap(([code, rule]) =>
    rule(zone, surroundings).map((remark) => ({ code, ...remark })),
  );
  // The text was read before, but keeping a tree of it is only worth it if there is a warning.
  const { root } = remarks.length === 0 ? {} : readYaml(text);
  if (root === undefined) return [];
  const { keysAt, position } = newFaultList(file, root);
  // A zone has owner names in lower case, however the file writes them.
  const owners = new Map(keysAt(['records']).map((key) => [key.toLowerCase(), key] as const));
  const written = (path: Path): Path => {
    const [section, owner, ...below] = path;
    const key = section === 'records' && typeof owner === 'string' ? owners.get(owner) : undefined;
    return key === undefined ? path : ['records', key, ...below];
  };
  return sortFaults(
    remarks.map(({ code, path, of = 'key', message }) => ({
      code,
      file,
      ...position(written(path), of),
      message,
    })),
  );
}
