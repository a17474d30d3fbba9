/**
 * The verb `fleet status`: which members this server hears, over which instances, and where the members disagree.
 */
import { ask } from '../control/client.js';
import type { FleetMemberReport, FleetReport, FleetServerReport } from '../control/fleet-report.js';
import type { StatusReport } from '../control/status-report.js';
import { countOf } from '../platform/count-of.js';
import { GeopoolError } from '../platform/errors.js';
import { formatSpan } from '../zone/durations.js';
import { controlPaths } from './control-path.js';
import { print, printJson } from './output.js';
import type { SettingFlags } from './settings.js';
import { formatTable } from './table.js';

/** Rejects with REQUEST_REFUSED if the server is in no fleet. */
export async function fleetStatus({
  json,
  ...flags
}: SettingFlags & { readonly json?: boolean }): Promise<number> {
  const { fleet } = await ask<StatusReport>(await controlPaths(flags), 'GET', '/status');
  if (fleet === undefined) {
    throw new GeopoolError(
      'REQUEST_REFUSED',
      'this server is in no fleet: "fleet" in geopool.yaml names one',
    );
  }
  if (json === true) printJson(fleet);
  else print(...formatFleet(fleet, Date.now()));
  return 0;
}

/** For a terminal; `now` in milliseconds since 1970. */
export function formatFleet(report: FleetReport, now: number): string[] {
  const { name, verdicts, members, servers, held, unserved } = report;
  return [
    `${name}: ${verdicts === 'shared' ? 'the fleet judges together' : 'each judges alone, overrides are shared'}`,
    '',
    ...formatTable(
      ['member', 'is', 'last heard', ''],
      members.map((member) => formatMember(member, member.member === name, now)),
    ),
    '',
    ...formatTable(
      ['server', 'is', 'last answer', ''],
      servers.map((server) => formatServer(server, now)),
    ),
    ...held.flatMap(({ zone, mirror, member, reason, effects }) => [
      '',
      `${zone}/${mirror} is not disabled here, though it is on ${member} (${reason}); disable it with --force, or enable it:`,
      ...effects.map((effect) => `  ${effect}`),
    ]),
    ...unserved.flatMap(({ name: challenged, member, why }) => [
      '',
      `a challenge at ${challenged}, given on ${member}, is not served here: ${why}`,
    ]),
  ];
}

function formatMember(member: FleetMemberReport, isSelf: boolean, now: number): string[] {
  const { heard, last_heard, disagrees, abstains, refused } = member;
  const age = last_heard === undefined ? '' : `${formatSpan(now - Date.parse(last_heard))} ago`;
  const notes = [
    ...(disagrees === 0
      ? []
      : [`sees ${disagrees === 1 ? '1 address' : `${disagrees} addresses`} otherwise`]),
    ...(abstains.length === 0 ? [] : [`abstains: ${abstains.join(', ')}`]),
    ...(member.overrides ? [] : ['its overrides are its own']),
    ...(member.zones_differ === true ? ['OTHER ZONE FILES'] : []),
    ...(member.databases_differ === true ? ['OTHER DATABASES'] : []),
    ...(refused === undefined ? [] : [`REFUSED: ${refused}`]),
  ];
  return [member.member, isSelf ? 'this one' : heard ? 'heard' : 'SILENT', age, notes.join('; ')];
}

function formatServer({ server, fault, last_answer, failures }: FleetServerReport, now: number): string[] {
  const age = last_answer === undefined ? 'never' : `${formatSpan(now - Date.parse(last_answer))} ago`;
  const failed = failures === 0 ? '' : `failed ${countOf(failures, 'time')}`;
  return [server, fault === undefined ? 'answers' : `AWAY: ${fault}`, age, failed];
}
