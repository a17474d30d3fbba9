/**
 * The fleet of this server: what it publishes, and how it uses what the others say.
 */
import type { World } from '../compile/world.js';
import type { FleetReport } from '../control/fleet-report.js';
import { MOST_APART, MOST_ENTRIES, type SharedChallenge, type SharedOverride } from '../fleet/documents.js';
import type { Exchange } from '../fleet/exchange.js';
import { createJointVerdicts, type JointVerdicts } from '../fleet/joint-verdicts.js';
import { publicKeyOf } from '../fleet/member-key.js';
import { createRoster, type HeardMember } from '../fleet/roster.js';
import { createSharedEntries } from '../fleet/shared-entries.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import type { StateFiles } from '../state/state-files.js';
import type { FleetConfig } from '../zone/fleet-config.js';
import {
  type ChallengeAdopting,
  type ChallengeAdoption,
  createChallengeAdoption,
} from './challenge-adoption.js';
import { challengeKey } from './challenge-keeper.js';
import type { ChallengeName } from './challenges-file.js';
import { keepAccess } from './fleet-access.js';
import { createFleetChallenges, type FleetChallenges } from './fleet-challenges.js';
import { openFleetEntries } from './fleet-entries.js';
import { JOINT_VERDICTS, SHARED_CHALLENGES, SHARED_OVERRIDES } from './fleet-files.js';
import { createWorldHashes } from './fleet-hashes.js';
import { createFleetOverrides } from './fleet-overrides.js';
import { readFleet } from './fleet-settings.js';
import { reportFleet } from './fleet-status.js';
import type { JointStates } from './joint-states.js';
import { type MirrorName, nameOf } from './mirror-name.js';
import type { FleetOverrides, OverrideKeeper } from './override-keeper.js';
import type { Signals } from './signals.js';

export interface Fleet {
  /** The joint verdicts; undefined: only overrides are shared. */
  readonly joint: JointVerdicts | undefined;
  readonly overrides: FleetOverrides;
  readonly challenges: FleetChallenges;
  /** Starts listening to the others. */
  start(parts: FleetParts): Promise<void>;
  report(): FleetReport;
  stop(): Promise<void>;
}

export interface FleetParts {
  readonly health: {
    readonly joint: Pick<JointStates, 'heard' | 'published' | 'addresses'> | undefined;
  };
  readonly serving: { index(): { readonly world: World } };
  readonly keeper: Pick<OverrideKeeper, 'adopt' | 'withheld'>;
  readonly challenges: ChallengeAdopting['keeper'];
}

interface Tools {
  readonly files: Pick<StateFiles, 'read' | 'keep'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signals: Pick<Signals, 'on' | 'off'>;
}

/** How often withheld overrides and challenges are examined again. */
const LOOK_MS = 10_000;

/** Rejects with CONFIG_INVALID if a file that it names is wrong. */
export async function openFleet(config: FleetConfig, tools: Tools): Promise<Fleet> {
  const { files, clock, random, log, signals } = tools;
  const { name, key } = readFleet(config);
  const access = keepAccess(config, tools);
  const names = [...config.members.keys()];
  const others = names.filter((member) => member !== name);
  const shift = clock.wallOf(0);
  const joint =
    config.verdicts === 'own'
      ? undefined
      : createJointVerdicts(
          names,
          name,
          (await files.read(JOINT_VERDICTS)).map((last) => ({ ...last, since: last.since - shift })),
        );
  let exchange: Exchange | undefined;
  const publish = (): void => exchange?.publish();
  const isShared = config.members.get(name)?.overrides === true;
  const mostOfMember = Math.floor(MOST_ENTRIES / names.length);
  const overrides = await openFleetEntries<MirrorName, SharedOverride>({
    ...{ files, kind: SHARED_OVERRIDES, self: name, clock, publish },
    entries: (initial) => createSharedEntries({ self: name, keyOf: nameOf, mostOfMember, initial }),
  });
  const given = await openFleetEntries<ChallengeName, SharedChallenge>({
    ...{ files, kind: SHARED_CHALLENGES, self: name, clock, publish },
    entries: (initial) => createSharedEntries({ self: name, keyOf: challengeKey, mostOfMember, initial }),
  });
  const hashes = createWorldHashes();
  let adoption: ChallengeAdoption | undefined;
  let parts: FleetParts | undefined;
  let cancel = (): void => undefined;

  const last = () => joint?.last(parts?.health.joint?.addresses() ?? [], clock.wallOf(0)) ?? [];
  const verdicts = files.keep(JOINT_VERDICTS, last);
  /** What this server sees has changed, and maybe with it a joint verdict. */
  function seen(): void {
    verdicts.mark();
    publish();
  }

  const challenges = createFleetChallenges({
    ...{ self: name, isShared, entries: given, clock },
    heard: () => new Map(roster.status().map(({ member, heard }) => [member, heard?.bodies.challenges])),
  });
  const shared = createFleetOverrides({
    ...{ self: name, isShared, entries: overrides, clock },
    heard: () => new Map(roster.status().map(({ member, heard }) => [member, heard?.bodies.overrides])),
  });
  const roster = createRoster(others, clock, {
    onHeard(member, heard, before) {
      const { bodies } = heard;
      if (before === undefined) log.info({ event: 'fleet-member-heard', member }, `${member} is heard`);
      if (before?.bodies.verdicts !== bodies.verdicts || before.bodies.joint !== bodies.joint)
        hear(member, bodies);
      if (before?.bodies.overrides !== bodies.overrides || before.bodies.challenges !== bodies.challenges) {
        adopt(member, heard);
        challenges.changed();
        shared.changed();
      }
    },
    onSilent(member) {
      log.warn(
        { event: 'fleet-member-silent', member },
        `${member} is silent: nothing new of it came for a minute over any server`,
      );
      hear(member, undefined);
      challenges.changed();
      shared.changed();
    },
  });

  function hear(member: string, bodies: HeardMember['bodies'] | undefined): void {
    const judged = parts?.health.joint;
    if (joint === undefined || judged === undefined) return;
    if (judged.heard(joint.hear(member, bodies)).length === 0) return;
    verdicts.mark();
    exchange?.publish();
  }

  function adopt(member: string, { head, bodies }: HeardMember): void {
    // Its clock agrees with this one, so this one is right.
    if (Math.abs(head.stamp - clock.now()) <= MOST_APART)
      for (const kept of [overrides, given]) kept.restamp();
    if (config.members.get(member)?.overrides !== true) return;
    const overridden = overrides.hear(bodies.overrides.map(asSaid), member);
    if (overridden.length > 0) parts?.keeper.adopt(overridden);
    const news = given.hear(bodies.challenges.map(asSaid), member);
    if (news.length > 0) adoption?.adopt(news, { member, ahead: head.stamp - clock.now() });
    // The member that gave it is waiting for this.
    if (overridden.length + news.length > 0) publish();
  }

  function look(): void {
    // Entries left because of a stamp ahead of time, or for lack of room, may be taken now.
    for (const { member, heard } of roster.status()) if (heard !== undefined) adopt(member, heard);
    parts?.keeper.adopt([]);
    adoption?.adopt([]);
    cancel = clock.after(LOOK_MS, look);
  }

  return {
    joint,
    overrides: shared,
    challenges,

    async start(running) {
      parts = running;
      const { health, serving } = running;
      running.keeper.adopt(overrides.list());
      adoption = createChallengeAdoption({
        ...{ keeper: running.challenges, clock },
        places: () => serving.index().world,
        isCurrent: (entry) => given.of(entry) === entry,
      });
      adoption.adopt(given.list());
      const [{ openExchange }, { openInstance }] = await Promise.all([
        import('../fleet/exchange.js'),
        import('../fleet/instance.js'),
      ]);
      const keys = new Map(
        [...config.members].map(([member, { key: text }]) => [member, publicKeyOf(text)] as const),
      );
      exchange = openExchange({
        ...{ name, key, keys, roster, clock, random, log },
        instances: config.servers.map((url) => openInstance(url, access.current, random)),
        contents() {
          const judged = health.joint?.published();
          const withheld = new Set(running.keeper.withheld().map(nameOf));
          return {
            bodies: {
              verdicts: (judged?.verdicts ?? []).slice(0, MOST_ENTRIES),
              joint: last().slice(0, MOST_ENTRIES),
              overrides: overrides.published().map((entry) => ({
                ...entry,
                ...(withheld.has(nameOf(entry)) && { withheld: true as const }),
              })),
              challenges: given.published().map((entry) => ({
                ...entry,
                ...(adoption?.isWithheld(entry) && { withheld: true as const }),
              })),
            },
            abstains: [...(judged?.abstains ?? [])],
            ...hashes(serving.index().world),
          };
        },
      });
      signals.on('seenChanged', seen);
      cancel = clock.after(LOOK_MS, look);
    },

    report: () =>
      reportFleet({
        ...{ config, name, joint, clock, members: roster.status() },
        instances: exchange?.instances() ?? [],
        published: parts?.health.joint?.published() ?? { verdicts: [], abstains: [] },
        hashes: parts && hashes(parts.serving.index().world),
        held: parts?.keeper.withheld() ?? [],
        unserved: adoption?.withheld() ?? [],
      }),

    async stop() {
      cancel();
      signals.off('seenChanged', seen);
      roster.close();
      access.stop();
      await exchange?.close();
      // A start that failed knows less than the file on disk.
      if (parts !== undefined) verdicts.mark();
      await Promise.all([verdicts.close(), overrides.close(), given.close()]);
    },
  };
}

/** The entry itself, without whether the member that passed it on withholds it. */
function asSaid<E extends object>({
  withheld: _,
  ...entry
}: E & { readonly withheld?: true }): Omit<E, 'withheld'> {
  return entry;
}
