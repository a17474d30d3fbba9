/**
 * The verbs `disable` and `enable`: an operator's override, which stands above every verdict.
 */
import { ask } from '../control/client.js';
import type { OverrideChange } from '../control/handlers.js';
import { controlPaths } from './control-path.js';
import { invoker } from './invoker.js';
import { print, printError } from './output.js';
import type { SettingFlags } from './settings.js';
import { endOf } from './until.js';

export interface DisableFlags extends SettingFlags {
  readonly reason: string;
  readonly until?: string;
  readonly by?: string;
  readonly force?: boolean;
  readonly local?: boolean;
}

export async function disable(mirror: string, flags: DisableFlags): Promise<number> {
  const { reason, until, by = invoker(process.env), force, local } = flags;
  const { end, lasts } = until === undefined ? {} : endOf(until, Date.now());
  const {
    all,
    effects = [],
    members = [],
  } = await ask<OverrideChange>(await controlPaths(flags), 'POST', '/disable', {
    mirror,
    reason,
    ...(end !== undefined && { until: end }),
    ...(lasts !== undefined && { lasts }),
    ...(by !== undefined && { by }),
    ...(force !== undefined && { force }),
    ...(local !== undefined && { local }),
  });
  printError(...effects);
  const when = end === undefined ? '' : ` until ${end}`;
  const where = whereOf(members);
  for (const { zone, mirror: name } of all) {
    print(`${zone}/${name} is out of all answers${where}${when}`);
  }
  printError(...unheard(members, 'still answer it'));
  return 0;
}

export async function enable(
  mirror: string,
  { local, ...flags }: SettingFlags & { readonly local?: boolean },
): Promise<number> {
  const { all, members = [] } = await ask<OverrideChange>(await controlPaths(flags), 'POST', '/enable', {
    mirror,
    ...(local !== undefined && { local }),
  });
  for (const { zone, mirror: name, changed, standing } of all) {
    // Older servers do not send it.
    const stands = standing === undefined ? '' : `: ${standing}`;
    print(`${zone}/${name} ${changed ? `is enabled${whereOf(members)}` : 'was not disabled'}${stands}`);
  }
  printError(...unheard(members, 'still leave it out'));
  return 0;
}

type Members = NonNullable<OverrideChange['members']>;

/** The members on which it holds, in words; empty if it holds on all. */
function whereOf(members: Members): string {
  if (members.every(({ state }) => state === 'holds')) return '';
  const others = members.flatMap(({ member, state }) => (state === 'holds' ? [member] : []));
  return others.length === 0 ? ' here' : ` here and on ${others.join(', ')}`;
}

/** A line for each member on which it does not hold, or may not. */
function unheard(members: Members, otherwise: string): string[] {
  return members.flatMap(({ member, state }) => {
    if (state === 'holds') return [];
    if (state === 'withheld') return [`${member} does not follow: "geopool fleet status" there says why`];
    if (state === 'silent') return [`${member} is silent: it may ${otherwise}`];
    return [`${member} has not said within 5 seconds that it heard: it may ${otherwise}`];
  });
}
