/**
 * What can be asked of the benchmark on its command line.
 */
import { parseArgs } from 'node:util';

/** Every part, in the order in which they are measured. */
export const PARTS = [
  'udp',
  'tcp',
  'tls',
  'signed',
  'start',
  'scope',
  'zones',
  'swap',
  'abuse',
  'flap',
] as const;

export type PartName = (typeof PARTS)[number];

export interface Options {
  /** Turns that each server gets. */
  readonly rounds: number;
  /** Seconds of a turn. */
  readonly seconds: number;
  readonly only: readonly PartName[];
  /** A City database of MaxMind's shape; undefined: one is made. */
  readonly database?: string;
  /** The Markdown file whose figures are brought up to date. */
  readonly write?: string;
  /** The first of the ports on loopback that are used, some thirty of them. */
  readonly port: number;
}

export const USAGE = `npm run bench [-- [--rounds 5] [--seconds 3] [--only ${PARTS.join(',')}]
                 [--database CITY.mmdb] [--write docs/benchmarks.md] [--port 5340]]`;

/** Reads the arguments; a text is what is wrong with them. */
export function readOptions(argv: readonly string[]): Options | string {
  let values: Record<string, string | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        only: { type: 'string' },
        database: { type: 'string' },
        write: { type: 'string' },
        port: { type: 'string' },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { database, write } = values;
  const rounds = Number(values.rounds ?? 5);
  const seconds = Number(values.seconds ?? 3);
  const port = Number(values.port ?? 5340);
  if (!Number.isInteger(rounds) || rounds < 1) return `--rounds ${values.rounds}: expected 1 or more`;
  if (!(seconds >= 0.2 && seconds <= 60)) return `--seconds ${values.seconds}: expected 0.2 to 60`;
  if (!Number.isInteger(port) || port < 1024 || port > 65_000)
    return `--port ${values.port}: expected 1024 to 65000`;
  const names = (values.only ?? PARTS.join(',')).split(',');
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) return `--only ${unknown}: expected some of ${PARTS.join(',')}`;
  return {
    rounds,
    seconds,
    port,
    only: PARTS.filter((part) => names.includes(part)),
    ...(database !== undefined && { database }),
    ...(write !== undefined && { write }),
  };
}
