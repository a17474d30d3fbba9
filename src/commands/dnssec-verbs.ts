/** The verbs of `dnssec`, with their options and help. */
import { type Command, Option } from 'commander';
import { config, type Finish, json, zones } from './options.js';

/** Adds them to the program. */
export function addDnssec(program: Command, finish: Finish): void {
  const dnssec = program
    .command('dnssec')
    .description('keys of signed zones, and their DS records at the parent');
  const dsTtl = () =>
    new Option(
      '--ds-ttl <time>',
      'TTL of the DS records at the parent (default: as in the last roll, else 1d)',
    );
  dnssec
    .command('keygen')
    .description('make the first key of a zone')
    .argument('<zone>', 'name of the zone')
    .addOption(
      new Option('--algorithm <name>', 'signing algorithm')
        .choices(['ecdsa-p256', 'ed25519'])
        .default('ecdsa-p256'),
    )
    .option('--output <file>', 'file to create (default: ZONE.key)')
    .action(async (zone, options) =>
      finish((await import('./dnssec-keygen.js')).dnssecKeygen(zone, options)),
    );
  dnssec
    .command('ds')
    .description('print the DS records for the parent zone')
    .argument('<zone>', 'name of the zone')
    .addOption(zones())
    .addOption(config())
    .addOption(json())
    .action(async (zone, options) => finish((await import('./dnssec-ds.js')).dnssecDs(zone, options)));
  dnssec
    .command('status')
    .description('show the keys of a zone, and what to do at the parent by when')
    .argument('<zone>', 'name of the zone')
    .option('--check-parent', 'ask the name servers of the parent (default: no queries)')
    .option('--note', 'if all of them have the required DS, record that in the key file')
    .addOption(dsTtl())
    .addOption(zones())
    .addOption(config())
    .addOption(json())
    .action(async (zone, options) =>
      finish(await (await import('./dnssec-status.js')).dnssecStatus(zone, options)),
    );
  dnssec
    .command('roll')
    .description('add the next key to the key file of a zone, with its times')
    .argument('<zone>', 'name of the zone')
    .option('--copying <time>', 'how long until all name servers have the file', '1d')
    .option('--changing <time>', 'how long until the parent has changed the DS records', '14d')
    .option('--anew', 'replace a key that does not sign yet')
    .addOption(dsTtl())
    .addOption(zones())
    .addOption(config())
    .action(async (zone, options) => finish((await import('./dnssec-roll.js')).dnssecRoll(zone, options)));
  dnssec
    .command('withdraw')
    .description('ask the parent to take the DS records of a zone away')
    .argument('<zone>', 'name of the zone')
    .option('--undo', 'take the request back')
    .addOption(dsTtl())
    .addOption(zones())
    .addOption(config())
    .action(async (zone, options) =>
      finish((await import('./dnssec-withdraw.js')).dnssecWithdraw(zone, options)),
    );
}
