/** The verbs of `challenge`, with their options and help. */
import type { Command } from 'commander';
import { config, control, type Finish, json } from './options.js';

/** One token in 64 begins with what options begin with. */
const DASHES =
  'Where the token begins with -, options come first, and -- before the name: geopool challenge add --until 2h -- NAME TOKEN';

/** Says it where the command is called with what it can't make out. */
function hintingAtDashes(command: Command): Command {
  return command.configureOutput({
    outputError: (text, write) => write(/unknown option|argument/.test(text) ? `${text}${DASHES}\n` : text),
  });
}

/** Adds them to the program. */
export function addChallenge(program: Command, finish: Finish): void {
  const challenge = program
    .command('challenge')
    .description('TXT records for certificate authorities, beside those of zone files');
  hintingAtDashes(challenge.command('add'))
    .description('serve a token as TXT record at once')
    .argument('<name>', 'where, such as _acme-challenge.dl.example.org')
    .argument(
      '<token>',
      'what it says; a name may have several. One in 64 begins with -: put -- before NAME then',
    )
    .option('--by <name>', 'who says so; default: you')
    .option('--until <time>', 'when it ends by itself: RFC 3339, or a duration up to 7d', '1h')
    .option('--local', 'on this server alone; default: on all of its fleet, where it is in one')
    .addOption(config())
    .addOption(control())
    .action(async (name, token, options) =>
      finish(await (await import('./challenge.js')).addChallenge(name, token, options)),
    );
  hintingAtDashes(challenge.command('remove'))
    .description('serve it no longer')
    .argument('<name>', 'where it is')
    .argument('[token]', 'which of its tokens; default: all')
    .option('--local', 'only what was given for this server alone')
    .addOption(config())
    .addOption(control())
    .action(async (name, token, options) =>
      finish(await (await import('./challenge.js')).removeChallenge(name, token, options)),
    );
  challenge
    .command('list')
    .description('all that are served')
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (options) => finish(await (await import('./challenge.js')).listChallenges(options)));
}
