/**
 * All verbs with their options and help, and the exit codes of the program: 0 good, 1 the input is wrong, 2 usage, 3 the
 * server can't be reached; for `monitor`, those of plugins. Errors go to standard error, never with a stack trace.
 */
import { Argument, Command, CommanderError, Option } from 'commander';
import { FORMATS } from '../import/formats.js';
import { codeOf, describeError, GeopoolError, TOO_FEW_FILES } from '../platform/errors.js';
import { VERSION } from '../platform/version.js';
import { addChallenge } from './challenge-verbs.js';
import { addDnssec } from './dnssec-verbs.js';
import { addFleet } from './fleet-verbs.js';
import { addGeo } from './geo-verbs.js';
import { config, control, type Finish, json, zones } from './options.js';
import { print, printError } from './output.js';

/** Refusals of the system, which are no defect. Short of descriptors, Node reports a module that it can't open as missing. */
const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: TOO_FEW_FILES,
  ENFILE: 'too many files are open on this host (fs.file-max)',
  uv_cwd: 'the current directory is gone, or may not be read: change to another',
  ERR_MODULE_NOT_FOUND:
    'the installation is not whole (npm ci), or this process may open too few files (ulimit -n, LimitNOFILE=)',
};

/** Runs the program with its arguments. Returns its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const finish: Finish = (code) => {
    exitCode = code;
  };
  const program = makeProgram(finish);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      if (argv[0] !== 'monitor') return 2;
      // To a monitoring system 2 means critical, and it reads standard output alone.
      print(`GEOPOOL UNKNOWN: ${error.message}`);
      return 3;
    }
    const refusal = REFUSALS[refusalIn(error)];
    if (!(error instanceof GeopoolError)) {
      const why = refusal ?? 'this is a bug in geopool, please report it';
      printError(`geopool: ${why}: ${describeError(error)}`);
      return 1;
    }
    const { message, details, exitCode } = error;
    const why = refusal === undefined || message.includes(refusal) ? '' : `${refusal}: `;
    printError(...details, `geopool: ${why}${message}`);
    return exitCode;
  }
}

/** The system's error code. If a thread could not start, it is only in the message, as is what failed. */
function refusalIn(error: unknown): string {
  const code = codeOf(error) ?? '';
  if (code in REFUSALS) return code;
  const text = describeError(error);
  if (/\buv_cwd\b/.test(text)) return 'uv_cwd';
  return /\bEMFILE\b|too many open files|\bsystem error 24\b/.test(text) ? 'EMFILE' : code;
}

function makeProgram(finish: Finish): Command {
  const program = new Command('geopool')
    .description('An authoritative DNS server for download-mirror pools.')
    .version(VERSION)
    .showHelpAfterError('(geopool --help lists the verbs)')
    .exitOverride();

  program
    .command('serve')
    .description('serve the zones')
    .addOption(config())
    .addOption(zones())
    .option('--listen <host:port>', 'address to listen on, over UDP and TCP; repeatable', collect)
    .option('--state <dir>', 'the state directory')
    .addOption(new Option('--control <path>', 'path of the control socket to create'))
    .option('--http <host:port>', 'address of the HTTP status page and metrics; off disables it')
    .action(async (options) => finish(await (await import('./serve.js')).serve(options)));

  program
    .command('check')
    .description('check zone files and the config file, as serve would read them')
    .argument('[file...]', 'zone files (default: all that serve would read)')
    .option('--strict', 'treat warnings as errors')
    .option('--without-keys', 'do not read DNSSEC keys, for hosts that do not have them')
    .addOption(zones())
    .addOption(config())
    .action(async (files, options) => finish(await (await import('./check.js')).check(files, options)));

  program
    .command('fmt')
    .description('rewrite zone files in canonical form, keep comments, print which files changed')
    .argument('[file...]', 'zone files (default: all that serve would read)')
    .option('--check', 'write nothing; exit 1 if any file would change')
    .addOption(zones())
    .addOption(config())
    .action(async (files, options) => finish(await (await import('./fmt.js')).fmt(files, options)));

  program
    .command('import')
    .description('print a zone file made from the files of another system, and list what is left to decide')
    .addArgument(new Argument('<format>', 'the system that the files come from').choices(FORMATS))
    .argument('<file...>', 'its files')
    .option('--zone <name>', 'the zone to import, if the files have several or none')
    .option('--resolve', 'look up the addresses of mirrors given by name (default: no lookups)')
    .addOption(config())
    .action(async (format, files, options) =>
      finish(await (await import('./import.js')).importFiles(format, files, options)),
    );

  program
    .command('schema')
    .description('print the JSON Schema of a zone file')
    .action(async () => finish(await (await import('./schema.js')).schema()));

  program
    .command('explain')
    .description('show why a client gets its answer')
    .argument('<name>', "the pool's name")
    .requiredOption('--from <ip>', "the client's address")
    .addOption(new Option('--type <type>', 'the record type asked for').choices(['A', 'AAAA']).default('A'))
    .addOption(zones())
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (name, options) => finish(await (await import('./explain.js')).explain(name, options)));

  program
    .command('simulate')
    .description('show which mirrors each country will be answered, before zone files are live')
    .option('--pool <name>', 'only this pool, by its owner name')
    .option('--down <mirror>', 'assume that ZONE/NAME, or NAME, is down; repeatable', collect)
    .option('--live', 'use the verdicts of the running server (default: all are up)')
    .option('--weights <file>', 'weights of countries, in a file like that of world_weights')
    .option(
      '--counted',
      'weigh clients by the answers that the running server has counted (default: by addresses in the database)',
    )
    .option('--without-limit', 'ignore max_share')
    .option('--above <share>', 'list the mirrors with more than this share of a country, such as 50%')
    .option('--html <file>', 'also write a page with a map to this file')
    .addOption(zones())
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (options) => finish(await (await import('./simulate.js')).simulateFiles(options)));

  program
    .command('diff')
    .description(
      'show what changes between two directories of zone files, or two databases, and how much share moves',
    )
    .argument('<old>', 'a directory of zone files, or a database')
    .argument('<new>', 'another')
    .option('--fail-above <share>', 'exit 1 if more than this part of a pool moves, such as 10%')
    .addOption(zones())
    .addOption(config())
    .addOption(json())
    .action(async (before, after, options) =>
      finish(await (await import('./diff.js')).diff(before, after, options)),
    );

  program
    .command('status')
    .description('show the mirrors, zones and databases of the running server')
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (options) => finish(await (await import('./status.js')).status(options)));

  program
    .command('monitor')
    .description(
      'check the running server for Icinga and Nagios: one line, performance data, their exit codes',
    )
    .option('--warning <range>', 'warn if the part of a pool that is down is outside this range, such as 10%')
    .option('--critical <range>', 'the same, for critical')
    .option('--down-for <time>', 'how long a mirror may be down before it counts, such as 5m (default: 0s)')
    .option('--database-age <time>', 'how old a location database may be (default: 30d)')
    .option('--certificates <time>', 'how long a certificate must still be valid (default: as probes warn)')
    .addOption(config())
    .addOption(control())
    .action(async (options) => finish(await (await import('./monitor.js')).monitor(options)));

  program
    .command('history')
    .description('show what happened to mirrors: transitions, availability, strikes')
    .argument('[mirror]', 'ZONE/NAME or NAME, which may be a glob (default: all)')
    .option('--summary', 'only availability and strikes')
    .addOption(config())
    .addOption(control())
    .option('--state <dir>', 'the state directory to read if no server is running')
    .addOption(json())
    .action(async (mirror, options) => finish(await (await import('./history.js')).history(mirror, options)));

  program
    .command('probe')
    .description('probe mirrors once and show each step')
    .argument('[mirror]', 'ZONE/NAME, NAME if it is unique, or a glob (default: all)')
    .addOption(zones())
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (mirror, options) => finish(await (await import('./probe.js')).probe(mirror, options)));

  program
    .command('disable')
    .description('take a mirror out of all answers')
    .argument('<mirror>', 'ZONE/NAME, or NAME if it is unique; NAME may be a glob')
    .requiredOption('--reason <text>', 'why, for your colleagues and the history')
    .option('--by <name>', 'the author to record (default: you)')
    .option('--force', 'even if this empties a pool or puts it into panic')
    .option('--until <time>', 'when it expires: an RFC 3339 time, or a duration such as 2h')
    .option('--local', 'only on this server (default: on all members of its fleet)')
    .addOption(config())
    .addOption(control())
    .action(async (mirror, options) =>
      finish(await (await import('./override.js')).disable(mirror, options)),
    );

  program
    .command('enable')
    .description('put a disabled mirror back into answers')
    .argument('<mirror>', 'ZONE/NAME, or NAME if it is unique; NAME may be a glob')
    .option('--local', 'remove only the override of this server; that of its fleet applies again')
    .addOption(config())
    .addOption(control())
    .action(async (mirror, options) => finish(await (await import('./override.js')).enable(mirror, options)));

  program
    .command('reload')
    .description('read geopool.yaml, zone files and databases again')
    .addOption(config())
    .addOption(control())
    .action(async (options) => finish(await (await import('./reload.js')).reload(options)));

  addChallenge(program, finish);
  addFleet(program, finish);
  addDnssec(program, finish);
  addGeo(program, finish);

  const notify = program
    .command('notify')
    .description('notifications of transitions, panic and stale databases');
  notify
    .command('test')
    .description('send a test notification over each channel')
    .addOption(config())
    .addOption(control())
    .action(async (options) => finish(await (await import('./notify.js')).notifyTest(options)));

  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']))
    .action(async (shell) => finish((await import('./completion.js')).completion(shell, program)));

  program
    .command('demo')
    .description('run a pool of small HTTP mirrors on loopback, to try everything')
    .option('--port <port>', 'the port to answer DNS on', '5300')
    .action(async (options) => finish(await (await import('./demo.js')).demo(options)));

  return program;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
