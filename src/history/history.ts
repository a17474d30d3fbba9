/**
 * Remembers every address: its transitions with their causes, how long it was up, and the outages of its mirror. Its
 * input is events, each of which can be written down and read again; it knows nothing of files. Time without a watching
 * process, or with verdicts suppressed, counts neither as up nor as down.
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
import { type Outage, STRIKE_MS_AGO, turnOutage } from './outages.js';
import type { HeldOverride } from './override-words.js';
import { addSpan, age, emptyTally, KEPT_DAYS, type TimeTally } from './time-tally.js';

/** What is remembered of one address. */
export interface Past {
  readonly subject: HistorySubject;
  state: Verdict;
  watched: boolean;
  /** The tally includes the time up to this moment. */
  counted: number;
  readonly tally: TimeTally;
  /** The latest ones, the oldest first. */
  transitions: Transition[];
  /** An operator's override of its verdict. */
  override?: HeldOverride;
}

/** The remembered outages of a mirror. */
export interface MirrorPast {
  readonly zone: string;
  readonly mirror: string;
  outages: readonly Outage[];
}

export interface History {
  apply(event: HistoryEvent): void;
  /** The history's own time; all moments here are in it. */
  readonly time: Omit<HistoryTime, 'advance' | 'set'>;
  /** Restores what was remembered of an address or a mirror, when a file is read. */
  recall(past: Past | MirrorPast): void;
  /** Counts the time until `now` and returns every address. The caller must not change them. */
  pasts(now: number): Iterable<Past>;
  /** Every mirror with a remembered address or an outage of the last six months. */
  mirrors(now: number): Iterable<MirrorPast>;
  suppressed(): Iterable<PoolFamily>;
  /** The last known override of an address. */
  overrideOf(subject: HistorySubject): HeldOverride | undefined;
}

/** The most transitions kept of an address, and the most addresses kept; more only if all of them are watched. */
const MOST_TRANSITIONS = 50;
const MOST_PASTS = 20_000;

export function createHistory(): History {
  const pasts = new Map<string, Past>();
  /** The same pasts by pool and family. */
  const families = new Map<string, Set<Past>>();
  /** `known`: its remembered addresses; `down`: those of them that are down, in a way that counts. */
  const mirrors = new Map<string, MirrorPast & { readonly known: Set<Past>; readonly down: Set<Past> }>();
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
    // Before the new one is kept: it is not watched yet, and must not be the one that is forgotten.
    if (pasts.size >= MOST_PASTS) forgetOne();
    keep(key, past);
    return past;
  }

  function keep(key: string, past: Past): void {
    forget(key);
    pasts.set(key, past);
    mirrorOf(past.subject).known.add(past);
    const family = familyKey(past.subject);
    const known = families.get(family);
    if (known === undefined) families.set(family, new Set([past]));
    else known.add(past);
  }

  function forget(key: string): void {
    const past = pasts.get(key);
    if (past === undefined) return;
    pasts.delete(key);
    mirrorOf(past.subject).known.delete(past);
    const family = familyKey(past.subject);
    const others = families.get(family);
    others?.delete(past);
    if (others?.size === 0) families.delete(family);
  }

  function mirrorOf({ zone, mirror }: Pick<HistorySubject, 'zone' | 'mirror'>) {
    const key = JSON.stringify([zone, mirror]);
    const known = mirrors.get(key);
    if (known !== undefined) return known;
    const made = { zone, mirror, outages: [], known: new Set<Past>(), down: new Set<Past>() };
    mirrors.set(key, made);
    return made;
  }

  /** Counts the time of an address up to `at`, in the state that it had until then. */
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

  /** Updates the mirror's outage: whether this address is now down, in a way that counts. */
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

  /** Names that change every day must not fill the memory: forgets the oldest address that is no longer watched. */
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
        // Time is counted by what probes find, whatever the override. Without probes no time is counted.
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

    *mirrors(now) {
      const oldest = now - STRIKE_MS_AGO;
      for (const [key, past] of mirrors) {
        past.outages = past.outages.filter(({ to = now }) => to > oldest);
        const { zone, mirror, outages, known } = past;
        if (known.size > 0 || outages.length > 0) yield { zone, mirror, outages };
        else mirrors.delete(key);
      }
    },

    suppressed: () => doubts.values(),
    overrideOf: (subject) => pasts.get(subjectKey(subject))?.override,
  };
}

function familyKey({ zone, pool, family }: PoolFamily): string {
  return JSON.stringify([zone, pool, family]);
}
