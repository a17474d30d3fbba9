/**
 * The verb `dnssec status`: the state of a zone's keys, what must be done at its parent and by when, and with
 * `--check-parent` whether the parent has the DS records that it should.
 */
import { isRemoved, keyStateAt, nextKeyChange } from '../dnssec/key-times.js';
import { ALGORITHM_NAMES, type ZoneKey, type ZoneKeys } from '../dnssec/keys.js';
import { dsTtlOf } from '../dnssec/roll.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { rfc3339 } from '../platform/time.js';
import { askParent, type ParentServer } from './ask-parent.js';
import { withDsTtl } from './ds-ttl.js';
import { noteSeen } from './note-seen.js';
import { print, printJson } from './output.js';
import { parentDuty } from './parent-duty.js';
import { dsText } from './parent-records.js';
import { verdictOn } from './parent-verdict.js';
import { readSettings, type SettingFlags } from './settings.js';
import { openSignedZone } from './signed-zone.js';
import { formatTable } from './table.js';
import { rewriteKeys } from './write-keys.js';

export interface StatusFlags extends SettingFlags {
  readonly json?: boolean;
  readonly checkParent?: boolean;
  readonly note?: boolean;
  readonly dsTtl?: string;
}

/** Returns 1 if the parent was asked and lacks what it should have. Rejects as `openSignedZone` and `rewriteKeys` do. */
export async function dnssecStatus(name: string, flags: StatusFlags): Promise<number> {
  if (flags.note && !flags.checkParent)
    throw new GeopoolError('USAGE', '--note writes what --check-parent found: give both');
  const { zone, file, keys: known } = openSignedZone(name, flags);
  const keys = withDsTtl(known, flags.dsTtl);
  const now = Date.now();
  const duty = parentDuty(keys, now);
  const servers = flags.checkParent ? await parentOf(zone.name, flags) : [];
  const checked = servers.map((server) => ({ ...server, verdict: verdictOn(server, keys, duty, now) }));
  const noted = flags.note ? noteSeen(keys, servers, now) : undefined;
  if (noted?.keys !== undefined) rewriteKeys(file, noted.keys);
  const fits = checked.every(({ verdict }) => verdict === undefined);
  if (flags.json) {
    printJson({
      zone: zone.name,
      file,
      keys: keys.keys.map((key) => reportKey(key, keys, now)),
      ds_ttl_seconds: dsTtlOf(keys) / 1000,
      ...(keys.withdrawn !== undefined && { withdrawn: rfc3339(keys.withdrawn) }),
      ...timeOf('next_change', nextKeyChange(keys, now)),
      parent: {
        must: duty.must,
        may: duty.may,
        ...timeOf('until', duty.until ?? Infinity),
        ...(flags.checkParent && {
          fits,
          ...(noted !== undefined && { noted: noted.keys !== undefined }),
          servers: checked.map(({ verdict, ...server }) => ({
            ...server,
            ...(verdict && { wrong: verdict }),
          })),
        }),
      },
    });
  } else {
    print(
      `${zone.name}, keys in ${file}`,
      ...formatTable(
        ['tag', 'algorithm', 'is', 'publish', 'activate', 'retire', 'remove'],
        keys.keys.map((key) => {
          const {
            tag,
            algorithm,
            state,
            publish,
            activate,
            retire = 'never',
            remove = 'never',
          } = reportKey(key, keys, now);
          return [String(tag), algorithm, state, publish, activate, retire, remove];
        }),
      ),
      ...duty.text,
      ...checked.map(
        ({ server, address, verdict }) => `${server} ${address}: ${verdict ?? 'as it should be'}`,
      ),
      ...(noted === undefined ? [] : [noted.text]),
    );
  }
  return fits ? 0 : 1;
}

async function parentOf(zone: string, flags: StatusFlags): Promise<readonly ParentServer[]> {
  const { servers } = readSettings(flags).resolve;
  try {
    return await askParent(zone, servers === undefined ? {} : { servers });
  } catch (error) {
    const message = `the name servers above ${zone} can't be looked up: ${describeError(error)}`;
    throw new GeopoolError('REQUEST_REFUSED', message, { cause: error });
  }
}

function reportKey(key: ZoneKey, keys: ZoneKeys, now: number) {
  const { tag, algorithm, publish, activate, retire, remove, dsSeen = Infinity } = key;
  return {
    tag,
    algorithm: ALGORITHM_NAMES[algorithm],
    state: stateOf(key, keys, now),
    publish: rfc3339(publish),
    activate: rfc3339(activate),
    ...timeOf('retire', retire),
    ...timeOf('remove', remove),
    ...timeOf('ds_seen', dsSeen),
    ds: dsText(keys.zone, key),
  };
}

function timeOf<K extends string>(key: K, ms: number): { [P in K]?: string } {
  const times: { [P in K]?: string } = {};
  if (ms !== Infinity) times[key] = rfc3339(ms);
  return times;
}

function stateOf(key: ZoneKey, keys: ZoneKeys, now: number): string {
  if (keyStateAt(keys, now).signing === key) return 'signing';
  if (now < key.publish) return 'waiting';
  if (now < key.activate) return 'published';
  return isRemoved(key, keys.withdrawn ?? Infinity, now) ? 'removed' : 'retired';
}
