/**
 * Brings together everything that judges mirrors: probes and their verdicts, operators' overrides, the check of our own
 * uplink, and the stored memory of all these. The daemon tells it which world is served, and is notified of changes.
 */

import type { World } from '../compile/world.js';
import type { JointVerdicts } from '../fleet/joint-verdicts.js';
import { createClockWatch } from '../health/clock-watch.js';
import type { HostClock } from '../health/host-clock.js';
import { createMonitor } from '../health/monitor.js';
import { createOverrides, type Overrides } from '../health/overrides.js';
import { OVERRIDES } from '../health/overrides-file.js';
import type { OwnSay } from '../health/self-weights.js';
import { toStoredVerdicts } from '../health/stored-verdict.js';
import { createUplinkCheck } from '../health/uplink-check.js';
import { keepVerdicts, readVerdicts } from '../health/verdicts-file.js';
import { targetInWallTime } from '../health/wall-time.js';
import type { TargetState, VerdictChange } from '../health/watched-targets.js';
import type { HistoryFile } from '../history/history-file.js';
import { openHistory } from '../history/history-file.js';
import type { NotifySettings } from '../notify/notifier.js';
import type { OutboxStatus } from '../notify/outbox.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import { DAY_MS } from '../platform/time.js';
import { VERSION } from '../platform/version.js';
import { createCanaryRun } from '../probe/canary-run.js';
import { excusingOwnRoute } from '../probe/own-route.js';
import type { ProbeRun } from '../probe/probe.js';
import { createProbeRun } from '../probe/probe-run.js';
import type { Resolve, Resolver } from '../probe/resolve.js';
import { createSelfWeightRun } from '../probe/self-weight.js';
import type { StateFiles } from '../state/state-files.js';
import { createHistoryRecorder } from './history-recorder.js';
import { createJointStates, type JointStates } from './joint-states.js';
import { keepNotifier } from './notice-keeper.js';
import { createNotifications, type PanickingPool } from './notifications.js';
import { createPacedKeys } from './paced-keys.js';
import { keepSelfWeights } from './self-weight-keeper.js';
import type { Signals } from './signals.js';
import { type HealthSnapshot, statedOverrides, type TargetIndex } from './target-index.js';
import { turnedByReload } from './turned-by-reload.js';

export interface HealthService {
  /** Probes an address once, as scheduled probes do. */
  readonly run: ProbeRun;
  readonly overrides: Overrides;
  /** The overrides of these mirrors, by `zone/name`, may have changed: records what is new in the history. */
  overridesChanged(mirrors: Iterable<string>): void;
  /** Resolves once the overrides are durable; rejects with STATE_UNUSABLE if they can't be written. */
  saveOverrides(): Promise<void>;
  readonly history: HistoryFile;
  /** By the steady clock. */
  snapshot(): HealthSnapshot;
  /** For people: by the wall clock. */
  wallSnapshot(): HealthSnapshot;
  /** This is served from now on: its addresses are probed, and its files' overrides apply. */
  setTargets(index: TargetIndex): void;
  /** The wall clock was set: applies the files' overrides by it, and stores verdicts with their new wall times. */
  clockSet(): void;
  /** This host's clock as mirrors report it; undefined: too few do. */
  hostClock(): HostClock | undefined;
  /** The pools of a world, by number, that are in panic now. */
  setPanics(numbers: readonly number[], world: World): void;
  /** The joint verdicts of the fleet; undefined: this server judges alone. */
  readonly joint: Omit<JointStates, 'seen' | 'frozen'> | undefined;
  /** The number of falls suppressed so far. */
  suppressed(): number;
  notifications(): readonly OutboxStatus[];
  /** The settings of notifications, and a way to change them. */
  notify(): NotifySettings;
  followNotify(next: NotifySettings): Promise<void>;
  /** Stops all probing and writes what must be kept. */
  close(): Promise<void>;
}

export interface HealthServiceOptions {
  /** The state directory's files. */
  readonly files: StateFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly notify: NotifySettings;
  /** The shares of the world for its snapshots. */
  readonly shares: NonNullable<HealthSnapshot['shares']>;
  /** For the host names that redirects lead to. */
  readonly resolver: Resolver;
  /** For canaries and the webhook. */
  readonly resolveOwn: Resolve;
  readonly signals: Pick<Signals, 'emit' | 'on'>;
  /** For joint verdicts with a fleet; absent: this server judges alone. */
  readonly joint?: JointVerdicts;
}

export async function openHealthService(options: HealthServiceOptions): Promise<HealthService> {
  const { files, clock, random, log, signals, shares } = options;
  const history = await openHistory({ files, clock, log });
  const recorder = createHistoryRecorder(history.record, clock.now, history.history.overrideOf, (target) =>
    joint?.report(target),
  );
  const overrides = createOverrides(await files.read(OVERRIDES));
  let panicking: readonly PanickingPool[] = [];
  let suppressed = 0;
  let closed = false;
  const notices = await keepNotifier({
    files,
    clock,
    log,
    settings: options.notify,
    resolve: options.resolveOwn,
  });
  const notifications = createNotifications(notices.send, clock.now);
  signals.on('databaseHeld', notifications.databaseHeld);
  const recordSuppressed = (): void => {
    const frozen = uplink.frozen();
    recorder.suppressed([...panicking, ...frozen]);
    notifications.panics(panicking);
    notifications.frozen(frozen);
    if (joint !== undefined) tellTurned(joint.frozen());
    signals.emit('seenChanged');
  };
  const uplink = createUplinkCheck({
    clock,
    log,
    run: createCanaryRun(clock, VERSION, options.resolveOwn),
    onFrozen: recordSuppressed,
  });

  let served: World | undefined;
  const state = (): void => {
    if (served !== undefined) overrides.state(statedOverrides(served, clock.now()), clock.now());
  };
  let cancelDaily = clock.after(DAY_MS, daily);
  function daily(): void {
    notifications.databases(served?.geo ?? []);
    cancelDaily = clock.after(DAY_MS, daily);
  }

  let timed = false;
  const paced = createPacedKeys(clock, (keys) => signals.emit('verdictsChanged', keys));

  const clockWatch = createClockWatch(clock, log);
  const run = clockWatch.hearing(
    excusingOwnRoute(createProbeRun({ clock, version: VERSION, resolver: options.resolver })),
  );
  const countSuppressed = (yes: boolean): boolean => {
    if (!yes) suppressed++;
    return yes;
  };
  const monitor = createMonitor({
    clock,
    random,
    log,
    run,
    stored: await readVerdicts(files),
    confirm: (check, since) => {
      const answer = uplink.confirm(check, since);
      return answer === true ? true : answer.then(countSuppressed);
    },
    onFailure: (check) => uplink.failed(check),
    onChange: (changes) => {
      if (joint === undefined) return tellTurned(changes);
      const keys = changes.map(({ key }) => key);
      tellTurned(joint.seen(keys));
      // One of them may no longer be pending, or may have another cause.
      signals.emit('verdictsChanged', keys);
      signals.emit('seenChanged');
    },
    onCheck: () => verdicts.mark(),
    onPace: (keys) => {
      if (timed) paced.add(keys);
    },
  });
  const selfWeights = await keepSelfWeights({
    ...{ files, clock, random, log },
    run: createSelfWeightRun({ clock, version: VERSION, resolver: options.resolver }),
    onChange(key, target, part) {
      signals.emit('verdictsChanged', [key]);
      recorder.selfWeightChanged(target, part);
    },
  });
  const joint =
    options.joint &&
    createJointStates({ verdicts: options.joint, clock, own: monitor.stateOf, overrides, uplink });
  const stateOf = joint?.stateOf ?? monitor.stateOf;
  function tellTurned(changes: readonly VerdictChange[]): void {
    if (changes.length === 0) return;
    signals.emit(
      'verdictsChanged',
      changes.map(({ key }) => key),
    );
    recorder.verdictsChanged(changes);
    notifications.verdictsChanged(changes);
  }
  const verdicts = keepVerdicts(files, clock, () => toStoredVerdicts(monitor.checks(), clock.wallOf(0)));
  const said = files.keep(OVERRIDES, () => overrides.list());

  /** The keys of a mirror's watched addresses, by `zone/name`. */
  let keysOfMirror = new Map<string, string[]>();

  function shown(key: string): TargetState | undefined {
    const watched = stateOf(key);
    return watched && targetInWallTime(watched, clock.wallOf(0));
  }

  function shownSay(key: string): OwnSay | undefined {
    const say = selfWeights.of(key);
    return say && { ...say, at: clock.wallOf(say.at) };
  }

  function standings(): ReadonlyMap<string, TargetState> {
    return new Map(Array.from(monitor.states(), ([key, watched]) => [key, stateOf(key) ?? watched] as const));
  }

  function overridesChanged(mirrors: Iterable<string>): void {
    const keys = Array.from(mirrors, (mirror) => keysOfMirror.get(mirror) ?? []).flat();
    recorder.overridesChanged(
      keys.flatMap((key) => stateOf(key) ?? []),
      overrides,
    );
  }

  return {
    run,
    overrides,
    overridesChanged,
    saveOverrides: said.flush,
    history,
    snapshot: () => ({ states: { get: stateOf }, overrides, uplink, selfWeights, shares }),
    wallSnapshot: () => ({
      states: { get: shown },
      overrides,
      uplink,
      selfWeights: { of: shownSay },
      shares,
      ...(joint !== undefined && { jointOf: joint.report }),
    }),
    joint: joint && {
      ...joint,
      heard(keys) {
        // The fleet is heard a little longer. The next process judges what is new, and tells.
        if (closed) return [];
        const changes = joint.heard(keys);
        tellTurned(changes);
        return changes;
      },
    },

    setTargets(index) {
      const { targets, world } = index;
      notifications.databases(world.geo);
      notifications.zones(world);
      served = world;
      state();
      signals.emit('overridesChanged');
      uplink.setPools(
        world.zones.flatMap(({ zone }) =>
          zone.pools.map(({ owner, canaries }) => ({ zone: zone.name, owner, canaries })),
        ),
      );
      const before = standings();
      timed = world.pools.some(({ ttl, ttlMin }) => ttlMin < ttl);
      monitor.setTargets(targets);
      selfWeights.setTargets(targets);
      joint?.setTargets(index);
      const states = standings();
      const turned = turnedByReload(before.values(), states);
      recorder.verdictsChanged(turned);
      notifications.verdictsChanged(turned);
      notifications.watched(states.values());
      keysOfMirror = new Map();
      for (const [key, { target }] of states) {
        const mirror = `${target.zone}/${target.mirror}`;
        const known = keysOfMirror.get(mirror);
        if (known === undefined) keysOfMirror.set(mirror, [key]);
        else known.push(key);
      }
      recorder.setTargets(states.values());
      recorder.overridesChanged(states.values(), overrides);
    },

    clockSet() {
      state();
      overridesChanged(keysOfMirror.keys());
      verdicts.mark();
      history.record({ type: 'alive' });
      clockWatch.clockSet();
    },
    hostClock: clockWatch.state,

    setPanics(numbers, world) {
      panicking = numbers.flatMap((number) => world.pools[number] ?? []);
      recordSuppressed();
    },

    notifications: notices.status,
    notify: notices.settings,
    followNotify: notices.follow,
    suppressed: () => suppressed,

    async close() {
      closed = true;
      paced.stop();
      cancelDaily();
      uplink.close();
      clockWatch.close();
      monitor.close();
      // After all that may have news: none is taken any more, and the next process would not repeat it.
      await notices.close();
      await selfWeights.close();
      await Promise.all([verdicts.close(), said.close()]);
      await history.close();
    },
  };
}
