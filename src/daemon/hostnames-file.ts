/**
 * The text of `hostnames.json`: the last known addresses of mirrors that are known by name, for a start at which no name
 * server answers.
 */
import { z } from 'zod';
import { type Address, parseAddress } from '../ip/address.js';
import type { Log } from '../log.js';
import { readKept } from '../state/kept-file.js';
import type { HostAddresses } from '../zone/hostnames.js';

export const HOSTNAMES_FILE = 'hostnames.json';
const VERSION = 1;

const schema = z.strictObject({
  version: z.literal(VERSION),
  hostnames: z.record(z.string(), z.array(z.string())),
});

export function formatHostnames(known: HostAddresses): string {
  const hostnames = Object.fromEntries(
    Array.from(known, ([name, addresses]) => [name, addresses.map(({ text }) => text)]),
  );
  return `${JSON.stringify({ version: VERSION, hostnames })}\n`;
}

/** Throws where the text is not such a file. */
export function parseHostnames(text: string): Map<string, Address[]> {
  const { hostnames } = schema.parse(JSON.parse(text));
  return new Map(
    Object.entries(hostnames).map(([name, addresses]) => [
      name,
      addresses.flatMap((address) => parseAddress(address) ?? []),
    ]),
  );
}

/** What the process before knew; nothing where that can't be read, which is said. Never rejects. */
export async function readHostnames(directory: string, log: Log): Promise<HostAddresses> {
  return (await readKept(directory, HOSTNAMES_FILE, parseHostnames, log)) ?? new Map();
}
