/**
 * The verbs `challenge add`, `remove` and `list`: TXT records that prove control of a name to a certificate authority
 * (RFC 8555 §8.4). They are served without being in a zone file.
 */
import { setTimeout } from 'node:timers/promises';
import type { AddedChallenge, ChallengeReport, RemovedChallenges } from '../control/challenge-report.js';
import { ask } from '../control/client.js';
import { countOf } from '../platform/count-of.js';
import { controlPaths } from './control-path.js';
import { invoker } from './invoker.js';
import { print, printError, printJson } from './output.js';
import type { SettingFlags } from './settings.js';
import { endOf } from './until.js';

export interface AddFlags extends SettingFlags {
  readonly until: string;
  readonly by?: string;
  readonly local?: boolean;
}

export async function addChallenge(name: string, token: string, flags: AddFlags): Promise<number> {
  const { by = invoker(process.env), local } = flags;
  const now = Date.now();
  const { end, lasts = Date.parse(end) - now } = endOf(flags.until, now);
  const added = await ask<AddedChallenge>(await controlPaths(flags), 'POST', '/challenge/add', {
    name,
    token,
    lasts,
    ...(by !== undefined && { by }),
    ...(local !== undefined && { local }),
  });
  const { members = [] } = added;
  const others = members.filter(({ state }) => state === 'served').map(({ member }) => member);
  print(
    `${added.name} is served until ${added.until}${others.length === 0 ? '' : `, by ${others.join(', ')} too`}`,
  );
  for (const { member, state } of members) if (state !== 'served') printError(`${member} ${UNSERVED[state]}`);
  const { negative_ttl } = added;
  if (negative_ttl !== undefined) {
    print(`resolvers may keep for ${negative_ttl} s that there was nothing: waiting for that long`);
    await setTimeout(negative_ttl * 1000);
  }
  return 0;
}

const UNSERVED: { readonly [S in 'withheld' | 'silent' | 'late']: string } = {
  withheld: 'does not serve it: "geopool fleet status" there says why',
  silent: 'is silent: it may not serve it',
  late: 'has not said within 5 seconds that it serves it',
};

/** Removing a challenge that is not there is no error: it may have expired. */
export async function removeChallenge(
  name: string,
  token: string | undefined,
  { local, ...flags }: SettingFlags & { readonly local?: boolean },
): Promise<number> {
  const request = {
    name,
    ...(token !== undefined && { token }),
    ...(local !== undefined && { local }),
  };
  const done = await ask<RemovedChallenges>(await controlPaths(flags), 'POST', '/challenge/remove', request);
  print(
    `${done.name}: ${done.removed === 0 ? 'there was none' : `${countOf(done.removed, 'challenge')} removed`}`,
  );
  return 0;
}

export async function listChallenges({
  json,
  ...flags
}: SettingFlags & { readonly json?: boolean }): Promise<number> {
  const challenges = await ask<readonly ChallengeReport[]>(await controlPaths(flags), 'GET', '/challenge');
  if (json === true) printJson(challenges);
  else print(...challenges.map(({ token, ...rest }) => `${describeChallenge(rest)}: ${token}`));
  return 0;
}

/** Without its token. */
export function describeChallenge({
  name,
  until,
  by,
  member,
  local,
}: Omit<ChallengeReport, 'token'>): string {
  const notes = [
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(member === undefined ? [] : [`on ${member}`]),
    ...(local === true ? ['here alone'] : []),
  ];
  return `${name} until ${until}${notes.length === 0 ? '' : ` (${notes.join(' ')})`}`;
}
