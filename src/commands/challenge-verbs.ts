/** The verbs of `challenge`, with their options and help. */
import type { Command } from 'commander';
import { config, control, type Finish, json } from './options.js';

/** One token in 64 begins with `-`, as options do. */
const DASHES =
  'If the token begins with -, put options first and -- before the name: geopool challenge add --until 2h -- NAME TOKEN';

/** Adds that hint to the error if the command can't parse its arguments. */
function hintingAtDashes(command: Command): Command {
  return command.configureOutput({
    outputError: (text, write) => write(/unknown option|argument/.test(text) ? `${text}${DASHES}\n` : text),
  });
}

/** Adds them to the program. */
export function addChallenge(program: Command, finish: Finish): void {
  const challenge = program
    .command('challenge')
    .description('ACME DNS-01 tokens: TXT records beside those of zone files');
  hintingAtDashes(challenge.command('add'))
    .description('serve a token as a TXT record at once')
    .argument('<name>', 'the owner name, such as _acme-challenge.dl.example.org')
    .argument(
      '<token>',
      'the token; a name may have several. One in 64 begins with -: then put -- before NAME',
    )
    .option('--by <name>', 'the author to record (default: you)')
    .option('--until <time>', 'when it expires: an RFC 3339 time, or a duration up to 7d', '1h')
    .option('--local', 'only on this server (default: on all members of its fleet)')
    .addOption(config())
    .addOption(control())
    .action(async (name, token, options) =>
      finish(await (await import('./challenge.js')).addChallenge(name, token, options)),
    );
  hintingAtDashes(challenge.command('remove'))
    .description('stop serving a token')
    .argument('<name>', 'its owner name')
    .argument('[token]', 'one of its tokens (default: all)')
    .option('--local', 'only tokens that were added with --local')
    .addOption(config())
    .addOption(control())
    .action(async (name, token, options) =>
      finish(await (await import('./challenge.js')).removeChallenge(name, token, options)),
    );
  challenge
    .command('list')
    .description('list the tokens that are served')
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (options) => finish(await (await import('./challenge.js')).listChallenges(options)));
}
