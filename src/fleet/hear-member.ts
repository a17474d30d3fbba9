/**
 * Passes a member's document from an instance to the roster. The head's signature is checked first. After that, only the
 * bodies that have changed are fetched.
 */
import type { KeyObject } from 'node:crypto';
import {
  BODIES,
  type Bodies,
  type BodyName,
  isRefused,
  keyFor,
  openHead,
  type Refused,
  unpackBody,
} from './documents.js';
import type { Instance } from './instance.js';
import type { Roster } from './roster.js';

export interface Hearing {
  readonly instance: Pick<Instance, 'get'>;
  readonly roster: Pick<Roster, 'isNews' | 'heard' | 'take' | 'refuse'>;
  readonly member: string;
  readonly publicKey: KeyObject;
  /** Wall-clock time. */
  readonly now: number;
}

/** Returns whether this head need not be looked at again. Rejects if the instance can't be asked. */
export async function hearMember(octets: Buffer, hearing: Hearing): Promise<boolean> {
  const { roster, member, publicKey, now } = hearing;
  const head = openHead(octets, member, publicKey, now);
  if (isRefused(head)) {
    roster.refuse(member, head.refused);
    // A clock may be corrected.
    return false;
  }
  if (!roster.isNews(member, head)) return true;
  const bodies = await fetchBodies(head.bodies, hearing);
  if (isRefused(bodies)) {
    // The document may have been replaced between the two requests.
    roster.refuse(member, bodies.refused);
    return false;
  }
  roster.take(member, { head, bodies });
  return true;
}

async function fetchBodies(
  digests: Readonly<Record<BodyName, string>>,
  { instance, roster, member }: Hearing,
): Promise<Bodies | Refused> {
  const known = roster.heard(member);
  const wanted = BODIES.filter((body) => known?.head.bodies[body] !== digests[body]);
  const found = wanted.length === 0 ? [] : await instance.get(wanted.map((body) => keyFor(member, body)));
  const read = async <N extends BodyName>(body: N): Promise<Bodies[N] | Refused> => {
    const at = wanted.indexOf(body);
    if (at < 0 && known !== undefined) return known.bodies[body];
    const octets = found[at];
    if (octets == null) return { refused: `its ${body} are missing` };
    return unpackBody(body, octets, digests[body]);
  };
  const verdicts = await read('verdicts');
  if (isRefused(verdicts)) return verdicts;
  const joint = await read('joint');
  if (isRefused(joint)) return joint;
  const overrides = await read('overrides');
  if (isRefused(overrides)) return overrides;
  const challenges = await read('challenges');
  if (isRefused(challenges)) return challenges;
  return { verdicts, joint, overrides, challenges };
}
