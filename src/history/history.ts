/**
 * The memory of what every address did: its transitions with their causes, how long it was up, and the outages of its
 * mirror. It is fed with events, each of which can be written down and read again, and knows nothing of files. Time in
 * which nobody watched, or in which the probes themselves were ignored, counts neither as up nor as down.
 */

import { DAY_MS } from '../platform/time.js';
import type { Verdict } from '../platform/types.js';
import {
  type HistoryEvent,
  type HistorySubject,
  type PoolFamily,
  subjectKey,
  type Transition,
} from './history-event.js';
import { createHistoryTime, type HistoryTime } from './history-time.js';
import { type Outage, turnOutage } from './outages.js';
import type { HeldOverride } from './override-words.js';
import { addSpan, age, emptyTally, KEPT_DAYS, type TimeTally } from './time-tally.js';

/** All that is known of one address. */
export interface Past {
  readonly subject: HistorySubject;
  state: Verdict;
  watched: boolean;
  /** Until when its time is in the tally. */
  counted: number;
  readonly tally: TimeTally;
  /** The last ones, the oldest first. */
  transitions: Transition[];
  /** What an operator says over its verdict. */
  override?: HeldOverride;
}

/** The outages of a mirror that are remembered. */
export interface MirrorPast {
  readonly zone: string;
  readonly mirror: string;
  outages: readonly Outage[];
}

export interface History {
  apply(event: HistoryEvent): void;
  /** Its time, in which all moments are that it gives. */
  readonly time: Omit<HistoryTime, 'advance' | 'set'>;
  /** Takes up what was remembered of an address or a mirror; for reading. */
  recall(past: Past | MirrorPast): void;
  /** Counts the time until `now` and gives what there is of each address. The caller reads it and changes nothing. */
  pasts(now: number): Iterable<Past>;
  mirrors(): Iterable<MirrorPast>;
  suppressed(): Iterable<PoolFamily>;
  /** What an operator said last of an address, as far as it was told. */
  overrideOf(subject: HistorySubject): HeldOverride | undefined;
}

/** Transitions that are kept of an address, and addresses that are kept together. */
const MOST_TRANSITIONS = 50;
const MOST_PASTS = 20_000;

export function createHistory(): History {
  const pasts = new Map<string, Past>();
  /** The same by pool and family. */
  const families = new Map<string, Set<Past>>();
  const mirrors = new Map<string, MirrorPast & { readonly down: Set<Past> }>();
  const doubts = new Map<string, PoolFamily>();
  const time = createHistoryTime();

  function pastOf(subject: HistorySubject, at: number): Past {
    const key = subjectKey(subject);
    const known = pasts.get(key);
    if (known !== undefined) return known;
    const past: Past = {
      subject,
      state: 'unknown',
      watched: false,
      counted: at,
      tally: emptyTally(),
      transitions: [],
    };
    keep(key, past);
    if (pasts.size > MOST_PASTS) forgetOne();
    return past;
  }

  function keep(key: string, past: Past): void {
    forget(key);
    pasts.set(key, past);
    const family = familyKey(past.subject);
    const known = families.get(family);
    if (known === undefined) families.set(family, new Set([past]));
    else known.add(past);
  }

  function forget(key: string): void {
    const past = pasts.get(key);
    if (past === undefined) return;
    pasts.delete(key);
    const family = familyKey(past.subject);
    const others = families.get(family);
    others?.delete(past);
    if (others?.size === 0) families.delete(family);
  }

  function mirrorOf({ zone, mirror }: Pick<HistorySubject, 'zone' | 'mirror'>) {
    const key = JSON.stringify([zone, mirror]);
    const known = mirrors.get(key);
    if (known !== undefined) return known;
    const made = { zone, mirror, outages: [], down: new Set<Past>() };
    mirrors.set(key, made);
    return made;
  }

  /** Counts the time of an address up to `at`, as it stood until then. */
  function count(past: Past, at: number): void {
    if (!past.watched) return;
    if (past.state !== 'unknown' && !isSuppressed(past) && at > past.counted) {
      addSpan(past.tally, past.counted, at, past.state);
    }
    past.counted = Math.max(past.counted, at);
  }

  function isSuppressed({ subject }: Past): boolean {
    return doubts.has(familyKey(subject));
  }

  /** Says to the mirror of an address whether that is down now, and that counts. */
  function tellMirror(past: Past, at: number): void {
    const mirror = mirrorOf(past.subject);
    if (past.watched && past.state === 'down' && !isSuppressed(past)) mirror.down.add(past);
    else mirror.down.delete(past);
    mirror.outages = turnOutage(mirror.outages, mirror.down.size > 0, at);
  }

  function set(past: Past, at: number, change: Partial<Pick<Past, 'state' | 'watched'>>): void {
    count(past, at);
    Object.assign(past, change);
    if (past.watched) past.counted = Math.max(past.counted, at);
    tellMirror(past, at);
  }

  function note({ transitions }: Past, transition: Transition): void {
    transitions.push(transition);
    if (transitions.length > MOST_TRANSITIONS) transitions.shift();
  }

  /** Mirrors whose names change every day must not fill the memory: of those that are gone the oldest goes. */
  function forgetOne(): void {
    let oldest: Past | undefined;
    for (const past of pasts.values()) {
      if (!past.watched && (oldest === undefined || past.counted < oldest.counted)) oldest = past;
    }
    if (oldest !== undefined) forget(subjectKey(oldest.subject));
  }

  function apply(event: HistoryEvent): void {
    const before = time.now();
    const at = time.advance(event.at, event.type === 'start');
    switch (event.type) {
      case 'start':
        for (const past of pasts.values()) if (past.watched) set(past, before, { watched: false });
        doubts.clear();
        break;
      case 'set':
        time.set(event.ms);
        break;
      case 'watch':
        set(pastOf(event.subject, at), at, { watched: true, state: event.state });
        break;
      case 'leave':
        set(pastOf(event.subject, at), at, { watched: false });
        break;
      case 'turn': {
        const { from, to, cause } = event;
        const past = pastOf(event.subject, at);
        set(past, at, { watched: true, state: to });
        note(past, { at, from, to, ...(cause !== undefined && { cause }) });
        break;
      }
      case 'override': {
        const { from, to, cause, override } = event;
        const past = pastOf(event.subject, at);
        if (override === undefined) delete past.override;
        else past.override = override;
        // Its time is counted by what probes find, whatever an operator says; of what is not probed none is.
        if (!past.watched) past.counted = Math.max(past.counted, at);
        note(past, { at, from, to, cause });
        break;
      }
      case 'self-weight': {
        const past = pastOf(event.subject, at);
        note(past, { at, from: past.state, to: past.state, cause: event.cause });
        break;
      }
      case 'suppressed': {
        const { zone, pool, family } = event;
        const key = familyKey(event);
        const concerned = families.get(key) ?? [];
        for (const past of concerned) count(past, at);
        if (event.on) doubts.set(key, { zone, pool, family });
        else doubts.delete(key);
        for (const past of concerned) tellMirror(past, at);
        break;
      }
      case 'alive':
        break;
    }
  }

  return {
    apply,
    time,

    recall(past) {
      if ('outages' in past) {
        mirrorOf(past).outages = past.outages;
        return;
      }
      keep(subjectKey(past.subject), past);
      if (past.watched && past.state === 'down') mirrorOf(past.subject).down.add(past);
    },

    *pasts(now) {
      const oldest = now - KEPT_DAYS * DAY_MS;
      for (const [key, past] of pasts) {
        count(past, now);
        age(past.tally, now);
        if (past.watched || past.counted > oldest) yield past;
        else forget(key);
      }
    },

    *mirrors() {
      for (const { zone, mirror, outages } of mirrors.values()) yield { zone, mirror, outages };
    },

    suppressed: () => doubts.values(),
    overrideOf: (subject) => pasts.get(subjectKey(subject))?.override,
  };
}

function familyKey({ zone, pool, family }: PoolFamily): string {
  return JSON.stringify([zone, pool, family]);
}
