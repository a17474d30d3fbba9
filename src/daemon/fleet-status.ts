/**
 * The report about a fleet: which members this server hears, over which instances, and where they disagree.
 */
import type { FleetMemberReport, FleetReport } from '../control/fleet-report.js';
import type { SeenVerdict } from '../fleet/documents.js';
import type { InstanceStatus } from '../fleet/exchange.js';
import type { JointVerdicts } from '../fleet/joint-verdicts.js';
import type { MemberStatus } from '../fleet/roster.js';
import type { Clock } from '../platform/clock.js';
import { rfc3339 } from '../platform/time.js';
import type { FleetConfig } from '../zone/fleet-config.js';
import type { WorldHashes } from './fleet-hashes.js';
import type { JointStates } from './joint-states.js';

export interface FleetFacts extends Pick<FleetReport, 'held' | 'unserved'> {
  readonly config: Pick<FleetConfig, 'members' | 'verdicts'>;
  /** This member. */
  readonly name: string;
  /** Undefined: each member judges alone. */
  readonly joint: Pick<JointVerdicts, 'of'> | undefined;
  /** The other members. */
  readonly members: readonly MemberStatus[];
  readonly instances: readonly InstanceStatus[];
  /** What this server publishes. */
  readonly published: ReturnType<JointStates['published']>;
  /** The hashes of what this server serves from; undefined: it serves nothing yet. */
  readonly hashes: WorldHashes | undefined;
  readonly clock: Pick<Clock, 'wallOf'>;
}

export function reportFleet(facts: FleetFacts): FleetReport {
  const { config, name, instances, held, unserved, clock } = facts;
  return {
    name,
    verdicts: config.verdicts,
    members: reportMembers(facts),
    servers: instances.map(({ server, fault, at, failures }) => ({
      server,
      ...(fault !== undefined && { fault }),
      ...(at !== undefined && { last_answer: rfc3339(clock.wallOf(at)) }),
      failures,
    })),
    held,
    unserved,
  };
}

/** In the order of the config. */
function reportMembers({ config, name, joint, members, published, hashes, clock }: FleetFacts) {
  const disagreements = (seen: readonly SeenVerdict[]): number =>
    seen.filter(({ key, verdict }) => {
      const judged = joint?.of(key);
      return judged !== undefined && judged.verdict !== verdict;
    }).length;
  return Array.from(config.members, ([member, { overrides }]): FleetMemberReport => {
    const { verdicts, abstains } = published;
    if (member === name)
      return { member, heard: true, overrides, disagrees: disagreements(verdicts), abstains };
    const { heard, at, refused } = members.find((one) => one.member === member) ?? {};
    const { head, bodies } = heard ?? {};
    return {
      member,
      heard: heard !== undefined,
      ...(at !== undefined && { last_heard: rfc3339(clock.wallOf(at)) }),
      overrides,
      disagrees: disagreements(bodies?.verdicts ?? []),
      abstains: head?.abstains ?? [],
      ...(head !== undefined && head.zones !== hashes?.zones && { zones_differ: true }),
      ...(head !== undefined && head.databases !== hashes?.databases && { databases_differ: true }),
      ...(refused !== undefined && { refused }),
    };
  });
}
