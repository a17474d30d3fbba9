/** The verbs of `dnssec`, with their options and help. */
import { type Command, Option } from 'commander';
import { config, type Finish, json, zones } from './options.js';

/** Adds them to the program. */
export function addDnssec(program: Command, finish: Finish): void {
  const dnssec = program.command('dnssec').description('the keys of signed zones, and their parents');
  const dsTtl = () =>
    new Option('--ds-ttl <time>', 'the TTL of DS records at the parent; default: what a roll had, else 1d');
  dnssec
    .command('keygen')
    .description('make the first key of a zone')
    .argument('<zone>', 'its name')
    .addOption(
      new Option('--algorithm <name>', 'what it signs by')
        .choices(['ecdsa-p256', 'ed25519'])
        .default('ecdsa-p256'),
    )
    .option('--output <file>', 'where to; it must not exist; default: ZONE.key')
    .action(async (zone, options) =>
      finish((await import('./dnssec-keygen.js')).dnssecKeygen(zone, options)),
    );
  dnssec
    .command('ds')
    .description('print what the parent of a zone has to have')
    .argument('<zone>', 'its name')
    .addOption(zones())
    .addOption(config())
    .addOption(json())
    .action(async (zone, options) => finish((await import('./dnssec-ds.js')).dnssecDs(zone, options)));
  dnssec
    .command('status')
    .description('where the keys of a zone stand, what is to be done at its parent, and until when')
    .argument('<zone>', 'its name')
    .option('--check-parent', 'ask the name servers of the parent; else nothing is asked')
    .option('--note', 'and where all have the DS that they must, write that into the file of keys')
    .addOption(dsTtl())
    .addOption(zones())
    .addOption(config())
    .addOption(json())
    .action(async (zone, options) =>
      finish(await (await import('./dnssec-status.js')).dnssecStatus(zone, options)),
    );
  dnssec
    .command('roll')
    .description('add the key that follows to the file of a zone, with its times')
    .argument('<zone>', 'its name')
    .option('--copying <time>', 'in which all name servers get the file', '1d')
    .option('--changing <time>', 'in which the parent changes the DS records', '14d')
    .option('--anew', 'leave out a key that waits to sign')
    .addOption(dsTtl())
    .addOption(zones())
    .addOption(config())
    .action(async (zone, options) => finish((await import('./dnssec-roll.js')).dnssecRoll(zone, options)));
  dnssec
    .command('withdraw')
    .description('ask the parent to take the DS records of a zone away')
    .argument('<zone>', 'its name')
    .option('--undo', 'ask it no more')
    .addOption(dsTtl())
    .addOption(zones())
    .addOption(config())
    .action(async (zone, options) =>
      finish((await import('./dnssec-withdraw.js')).dnssecWithdraw(zone, options)),
    );
}
