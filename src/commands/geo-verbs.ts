/** The verbs of `geo`, with their options and help. */
import type { Command } from 'commander';
import { config, control, type Finish, json } from './options.js';

/** Adds them to the program. */
export function addGeo(program: Command, finish: Finish): void {
  const geo = program.command('geo').description('the location databases');
  geo
    .command('info')
    .description('show the databases, their age and source')
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (options) => finish(await (await import('./geo.js')).geoInfo(options)));
  geo
    .command('update')
    .description('fetch newer databases now')
    .addOption(config())
    .addOption(control())
    .action(async (options) => finish(await (await import('./geo.js')).geoUpdate(options)));

  for (const [said, description] of [
    ['accept', 'use the new databases that are held back'],
    ['reject', 'do not use the new databases that are held back'],
  ] as const) {
    geo
      .command(said)
      .description(description)
      .addOption(config())
      .addOption(control())
      .action(async (options) => finish(await (await import('./geo.js')).geoSay(said, options)));
  }
}
