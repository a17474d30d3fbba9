/**
 * Replaces the host names of imported mirrors with the addresses that these names have now.
 */
import { type Address, parseAddress } from '../ip/address.js';
import { isYamlMapping, type YamlEntry } from '../zone/write-yaml.js';

/** The same mirrors. One whose host name has no address, or only addresses of other mirrors, keeps its host name. */
export function resolvedMirrors(
  mirrors: readonly YamlEntry[],
  known: ReadonlyMap<string, readonly Address[]>,
): readonly YamlEntry[] {
  const taken = new Set(mirrors.flatMap(statedAddresses));
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

function statedAddresses({ value }: YamlEntry): readonly string[] {
  if (!isYamlMapping(value)) return [];
  const addresses = value.entries.find(({ key }) => key === 'addresses')?.value;
  if (typeof addresses !== 'object' || isYamlMapping(addresses)) return [];
  return addresses.flatMap((address) => parseAddress(String(address))?.text ?? []);
}
