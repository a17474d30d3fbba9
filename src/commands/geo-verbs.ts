/** The verbs of `geo`, with their options and help. */
import type { Command } from 'commander';
import { config, control, type Finish, json } from './options.js';

/** Adds them to the program. */
export function addGeo(program: Command, finish: Finish): void {
  const geo = program.command('geo').description('the location databases');
  geo
    .command('info')
    .description('which databases there are, how old, and where from')
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
    ['accept', 'serve the new databases that are held'],
    ['reject', 'keep the new databases that are held from serving'],
  ] as const) {
    geo
      .command(said)
      .description(description)
      .addOption(config())
      .addOption(control())
      .action(async (options) => finish(await (await import('./geo.js')).geoSay(said, options)));
  }
}
