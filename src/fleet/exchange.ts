/**
 * How members tell each other what they know. Each member writes its document to every instance and reads all members'
 * documents from every instance. Each instance has rounds of its own, and none waits for another. Answering and judging
 * never wait for an instance.
 */
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import { keyFor } from './documents.js';
import { hearMember } from './hear-member.js';
import type { Instance } from './instance.js';
import { createOwnDocument, type Publication, type SealedDocument } from './own-document.js';
import { COUNTS_MS, type Roster } from './roster.js';

export interface InstanceStatus {
  readonly server: string;
  /** Why it can't be used now; undefined: it can. */
  readonly fault?: string;
  /** When it last answered, by the steady clock; undefined: never. */
  readonly at?: number;
  /** The number of failed rounds. */
  readonly failures: number;
}

export interface Exchange {
  /** The contents have changed. */
  publish(): void;
  instances(): readonly InstanceStatus[];
  close(): Promise<void>;
}

export interface ExchangeOptions {
  readonly name: string;
  readonly key: KeyObject;
  /** The public keys of all members, including this one. */
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly instances: readonly Instance[];
  readonly roster: Roster;
  readonly contents: () => Publication;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A round of an instance begins this long after the start of the previous one, or up to a quarter earlier. */
const ROUND_MS = 500;
/** The same if there is something new to publish: changes within this time share one document. */
const HURRY_MS = 100;
/** A connection that is restored within this time is not logged. */
const UNSAID_MS = 2000;

interface Line {
  readonly instance: Instance;
  fault: string | undefined;
  /** The log has reported it as unreachable. */
  told: boolean;
  /** When the last successful round began, or when this exchange was opened. */
  wellAt: number;
  at: number | undefined;
  failures: number;
  /** The document that the instance holds. */
  has: SealedDocument | undefined;
  began: number;
  running: Promise<void> | undefined;
  cancel: () => void;
  /** By member, the last head that was processed and need not be again. */
  readonly seen: Map<string, Buffer>;
}

export function openExchange(options: ExchangeOptions): Exchange {
  const { name, key, keys, roster, contents, clock, random, log } = options;
  const lines = options.instances.map(
    (instance): Line => ({
      instance,
      fault: 'not connected yet',
      told: false,
      wellAt: clock.monotonic(),
      at: undefined,
      failures: 0,
      has: undefined,
      began: clock.monotonic(),
      running: undefined,
      cancel: () => undefined,
      seen: new Map(),
    }),
  );
  const own = createOwnDocument({ name, key, contents, clock });
  let closed = false;

  async function round(line: Line): Promise<void> {
    const { instance, seen } = line;
    const document = await own.current();
    if (line.has !== document) {
      await instance.set(document.values, COUNTS_MS);
      line.has = document;
    }
    const names = [...keys.keys()];
    const heads = await instance.get(names.map((member) => keyFor(member, 'head')));
    // If the instance is empty after a restart, it gets the document in the next round.
    if (heads[names.indexOf(name)] === null) line.has = undefined;
    for (const [i, member] of names.entries()) {
      const octets = heads[i];
      const publicKey = keys.get(member);
      if (octets == null || publicKey === undefined || seen.get(member)?.equals(octets)) continue;
      if (member === name) {
        if (own.goBeyond(octets, publicKey)) hurry();
        seen.set(member, octets);
      } else if (await hearMember(octets, { instance, roster, member, publicKey, now: clock.now() })) {
        seen.set(member, octets);
      }
    }
  }

  async function run(line: Line): Promise<void> {
    const { instance } = line;
    const server = instance.url;
    line.began = clock.monotonic();
    try {
      await round(line);
      if (line.told) log.info({ event: 'fleet-instance-up', server }, `${server} answers again`);
      line.told = false;
      line.fault = undefined;
      line.wellAt = line.began;
      line.at = clock.steady();
    } catch (error) {
      line.failures++;
      line.has = undefined;
      line.seen.clear();
      const why = describeError(error);
      line.fault = why;
      if (!line.told && !closed && line.began - line.wellAt > UNSAID_MS) {
        line.told = true;
        log.warn(
          { event: 'fleet-instance-down', server, error: why },
          `${server} can't be used (${why}): what others say comes over the other servers, or not at all`,
        );
      }
    }
    line.running = undefined;
    if (!closed) wait(line);
  }

  function wait(line: Line): void {
    line.cancel();
    const isDue = line.fault === undefined && own.isBehind(line.has);
    const pace = isDue ? HURRY_MS : ROUND_MS * (1 - random() / 4);
    const left = Math.max(0, line.began + pace - clock.monotonic());
    line.cancel = clock.after(left, () => {
      line.running = run(line);
    });
  }

  function hurry(): void {
    if (closed) return;
    for (const line of lines) if (line.running === undefined) wait(line);
  }

  for (const line of lines) wait(line);

  return {
    publish() {
      own.change();
      hurry();
    },
    instances: () =>
      lines.map(({ instance, fault, at, failures }) => ({
        server: instance.url,
        failures,
        ...(fault !== undefined && { fault }),
        ...(at !== undefined && { at }),
      })),
    async close() {
      closed = true;
      for (const { cancel, instance } of lines) {
        cancel();
        instance.close();
      }
      await Promise.all(lines.map(({ running }) => running));
    },
  };
}
