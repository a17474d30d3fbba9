/**
 * Replaces the host names of imported mirrors with the addresses that these names have now.
 */
import type { Address } from '../ip/address.js';
import { isYamlMapping, type YamlEntry } from '../zone/write-yaml.js';

/** The same mirrors. One whose host name has no address, or only addresses of other mirrors, keeps its host name. */
export function resolvedMirrors(
  mirrors: readonly YamlEntry[],
  known: ReadonlyMap<string, readonly Address[]>,
): readonly YamlEntry[] {
  const taken = new Set<string>();
  return mirrors.map((mirror) => {
    const { value, above = [] } = mirror;
    if (!isYamlMapping(value)) return mirror;
    const name = value.entries.find(({ key }) => key === 'hostname')?.value;
    const addresses = (known.get(String(name)) ?? [])
      .map(({ text }) => text)
      .filter((text) => !taken.has(text));
    if (addresses.length === 0) return mirror;
    for (const address of addresses) taken.add(address);
    const entries = value.entries.map((entry) =>
      entry.key === 'hostname' ? { key: 'addresses', value: addresses } : entry,
    );
    return { ...mirror, value: { ...value, entries }, above: [...above, `hostname: ${name}`] };
  });
}
