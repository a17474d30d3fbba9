/** The verbs of `fleet`, with their options and help. */
import type { Command } from 'commander';
import { config, control, type Finish, json } from './options.js';

/** Adds them to the program. */
export function addFleet(program: Command, finish: Finish): void {
  const fleet = program.command('fleet').description('name servers that judge mirrors together');
  fleet
    .command('keygen')
    .description('make the private key of this member and print its public part')
    .argument('<file>', 'file to create')
    .action(async (file) => finish((await import('./fleet-key.js')).keygen(file)));
  fleet
    .command('status')
    .description('show members and servers of the fleet, and where they disagree')
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (options) => finish(await (await import('./fleet.js')).fleetStatus(options)));
}
