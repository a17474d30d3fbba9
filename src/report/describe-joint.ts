/** What the members of a fleet say of an address, in words. */
import type { JointReport } from '../control/mirror-report.js';
import type { Verdict } from '../platform/types.js';

/** How many of the configured members see an address as up, and how many as down. */
export interface Votes {
  readonly up: number;
  readonly down: number;
  readonly size: number;
}

export function votesIn({ members }: JointReport): Votes {
  const of = (wanted: Verdict): number => members.filter(({ state }) => state === wanted).length;
  return { up: of('up'), down: of('down'), size: members.length };
}

/** Whether all members that have a verdict agree. */
export function isAgreed(joint: JointReport): boolean {
  const { up, down } = votesIn(joint);
  return up === 0 || down === 0;
}

/** For example `3 of 5 members see it down, 2 up`. */
export function describeVotes({ up, down, size }: Votes, verdict: Verdict): string {
  const [first, other, rest] =
    verdict === 'down' ? [down, up, ['down', 'up'] as const] : [up, down, ['up', 'down'] as const];
  return `${first} of ${size} members see it ${rest[0]}${other === 0 ? '' : `, ${other} ${rest[1]}`}`;
}

/** Notes beside a verdict: the votes, unless its cause has them, and which members see it down, since when and why. */
export function jointNotes(joint: JointReport, verdict: Verdict): string[] {
  const votes = votesIn(joint);
  const isSaid = verdict === 'down' && joint.verdict !== undefined;
  const down = joint.members.flatMap(({ member, state, since, cause }) =>
    state === 'down' ? [`${member} since ${since}${cause === undefined ? '' : ` (${cause})`}`] : [],
  );
  return [
    // An address that no member probes has no votes.
    ...(isSaid || votes.up + votes.down === 0 ? [] : [describeVotes(votes, verdict)]),
    ...(down.length === 0 ? [] : [`down on ${down.join(', ')}`]),
  ];
}
