/**
 * The last known addresses of mirrors that are known by name, in `hostnames.json`, for a start at which no name server
 * answers.
 */
import * as z from 'zod';
import { parseAddress } from '../ip/address.js';
import type { StateFiles } from '../state/state-files.js';
import type { StateKind } from '../state/state-kind.js';
import type { WriteBehind } from '../state/write-behind.js';
import type { HostAddresses } from '../zone/hostnames.js';

interface Entry {
  readonly hostname: string;
  readonly addresses: readonly string[];
}

const first = z.object({ hostnames: z.record(z.string(), z.unknown()) });

const kind: StateKind<Entry> = {
  name: 'hostnames.json',
  version: 2,
  holds: 'hostnames',
  entry: z.strictObject({ hostname: z.string(), addresses: z.array(z.string()) }),
  first: (file) =>
    Object.entries(first.safeParse(file).data?.hostnames ?? {}).map(([hostname, addresses]) => ({
      hostname,
      addresses,
    })),
};

/** What the previous process knew. Never rejects. */
export async function readHostnames(files: StateFiles): Promise<HostAddresses> {
  return new Map(
    (await files.read(kind)).map(({ hostname, addresses }) => [
      hostname,
      addresses.flatMap((address) => parseAddress(address) ?? []),
    ]),
  );
}

export function keepHostnames(files: StateFiles, known: () => HostAddresses): WriteBehind {
  return files.keep(kind, () =>
    Array.from(known(), ([hostname, addresses]) => ({
      hostname,
      addresses: addresses.map(({ text }) => text),
    })),
  );
}
