/** Name servers inside a zone, its own and those that it delegates to, must have fixed addresses in the zone. */
import { checkRepeats } from './check-repeats.js';
import type { FaultList } from './faults.js';
import { isWithin } from './names.js';
import type { Aliases, RecordContext } from './record-context.js';
import type { Path } from './tree.js';

/** Checks the name servers of the zone itself. */
export function checkNameServers(context: RecordContext, aliases: Aliases, faults: FaultList): void {
  checkRepeats(['ns'], context.ns, faults);
  context.ns.forEach((name, i) => {
    checkNameServer(name, ['ns', i], context, aliases, faults);
  });
}

/** Checks the name server at `path`. Name servers outside the zone are not this file's concern. */
export function checkNameServer(
  name: string,
  path: Path,
  { zone, pools, owners }: RecordContext,
  aliases: Aliases,
  faults: FaultList,
): void {
  if (zone === undefined || !isWithin(name, zone)) return;
  const alias = aliases.get(name);
  if (alias !== undefined) {
    const { line } = faults.position(alias.path, 'key');
    // RFC 2181 §10.3.
    faults.atValue(path, `${name} is a CNAME (line ${line}): a name server needs addresses of its own`);
    return;
  }
  if (pools.some(({ owner }) => owner === name)) {
    faults.atValue(
      path,
      `${name} is a pool: a name server needs addresses that stay the same, give it another name`,
    );
    return;
  }
  const key = owners.find(({ owner }) => owner === name)?.key;
  const addressed = ['A', 'AAAA'].some((type) => key !== undefined && faults.has(['records', key, type]));
  if (addressed) return;
  const relative = key ?? (name === zone ? '@' : name.slice(0, -zone.length - 1));
  const form = `records: { "${relative}": { A: [ADDRESS] } }`;
  faults.atValue(path, `${name} is inside the zone and has no addresses there: add ${form}`);
}
