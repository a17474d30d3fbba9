/**
 * The verb `dnssec withdraw`: asks the parent, through CDS and CDNSKEY, to remove all DS records (RFC 8078 §4). After that
 * the zone may become unsigned. `--undo` takes the request back.
 */
import { withoutWithdrawal } from '../dnssec/key-times.js';
import { withDsTtl } from './ds-ttl.js';
import { print } from './output.js';
import { parentDuty } from './parent-duty.js';
import type { SettingFlags } from './settings.js';
import { openSignedZone } from './signed-zone.js';
import { rewriteKeys } from './write-keys.js';

export interface WithdrawFlags extends SettingFlags {
  readonly undo?: boolean;
  readonly dsTtl?: string;
}

/** Throws as `openSignedZone` and `rewriteKeys` do. */
export function dnssecWithdraw(name: string, flags: WithdrawFlags): number {
  const { file, keys } = openSignedZone(name, flags);
  const now = Date.now();
  const told = withDsTtl(keys, flags.dsTtl);
  const changed = flags.undo ? withoutWithdrawal(told, now) : { withdrawn: now, ...told };
  rewriteKeys(file, changed);
  print(`copy ${file} to all name servers of the zone, and reload each`, ...parentDuty(changed, now).text);
  return 0;
}
