/**
 * All verbs with their options and help, and what the program ends with: 0 good, 1 the input is wrong, 2 usage, 3 the
 * server can't be reached; of `monitor`, what plugins end with. Errors are said on standard error, never with a stack.
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

/** What the system refuses to any program. Short of descriptors, Node also takes for missing what it can't open. */
const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: TOO_FEW_FILES,
  ENFILE: 'too many files are open on this host (fs.file-max)',
  ERR_MODULE_NOT_FOUND:
    'the installation is not whole (npm ci), or this process may open too few files (ulimit -n, LimitNOFILE=)',
};

/** Runs the program with its arguments; gives its exit code. */
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
      // To whoever monitors, 2 is critical, and what is not on standard output was not said.
      print(`GEOPOOL UNKNOWN: ${error.message}`);
      return 3;
    }
    const refusal = REFUSALS[refusalIn(error)];
    if (!(error instanceof GeopoolError)) {
      const why = refusal ?? 'this is a defect of geopool, please report it';
      printError(`geopool: ${why}: ${describeError(error)}`);
      return 1;
    }
    const { message, details, exitCode } = error;
    const why = refusal === undefined || message.includes(refusal) ? '' : `${refusal}: `;
    printError(...details, `geopool: ${why}${message}`);
    return exitCode;
  }
}

/** The system's name of the error; of a thread that could not start it is in the text alone. */
function refusalIn(error: unknown): string {
  const code = codeOf(error) ?? '';
  if (code in REFUSALS) return code;
  return /\bEMFILE\b|too many open files|\bsystem error 24\b/.test(describeError(error)) ? 'EMFILE' : code;
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
    .option('--listen <host:port>', 'listen there, UDP and TCP; may be given several times', collect, [])
    .option('--state <dir>', 'the state directory')
    .addOption(new Option('--control <path>', 'where to open the control socket'))
    .option('--http <host:port>', 'show status there to browsers and programs; off: nowhere')
    .action(async (options) => finish(await (await import('./serve.js')).serve(options)));

  program
    .command('check')
    .description('check zone files as serve reads them')
    .argument('[file...]', 'zone files; default: all that serve would read')
    .option('--strict', 'take warnings for errors')
    .option('--without-keys', 'leave the keys of signed zones aside, where they are not on this host')
    .addOption(zones())
    .addOption(config())
    .action(async (files, options) => finish(await (await import('./check.js')).check(files, options)));

  program
    .command('fmt')
    .description('write zone files in their canonical form, comments kept; print which were not')
    .argument('[file...]', 'zone files; default: all that serve would read')
    .option('--check', 'write nothing; exit with 1 where there are any')
    .addOption(zones())
    .addOption(config())
    .action(async (files, options) => finish(await (await import('./fmt.js')).fmt(files, options)));

  program
    .command('import')
    .description('print a zone file made of what another system has, and what is left to decide')
    .addArgument(new Argument('<format>', 'whose files these are').choices(FORMATS))
    .argument('<file...>', 'its files')
    .option('--zone <name>', 'the zone, where the files have several or none')
    .option('--resolve', 'ask for the addresses of mirrors that are known by name; else nothing is asked')
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
    .description('why a client gets the answer that it gets')
    .argument('<name>', "the pool's name")
    .requiredOption('--from <ip>', "the client's address")
    .addOption(new Option('--type <type>', 'the type of the question').choices(['A', 'AAAA']).default('A'))
    .addOption(zones())
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (name, options) => finish(await (await import('./explain.js')).explain(name, options)));

  program
    .command('simulate')
    .description('what zone files will answer in the world, before anybody asks')
    .option('--pool <name>', 'this pool alone, by its owner name')
    .option('--down <mirror>', 'take ZONE/NAME, or NAME, for down; may be given several times', collect, [])
    .option('--live', 'addresses stand as the running server says; default: all are up')
    .option('--weights <file>', 'countries weigh as this file says, like that of world_weights')
    .option(
      '--counted',
      'clients weigh as the running server counted its answers; default: as addresses in the database',
    )
    .option('--without-limit', 'leave max_share aside')
    .option('--above <share>', 'name the mirrors that have more than that of a country, such as 50%')
    .option('--html <file>', 'write a page with a map there too')
    .addOption(zones())
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (options) => finish(await (await import('./simulate.js')).simulateFiles(options)));

  program
    .command('diff')
    .description(
      'what changes between two directories of zone files, or two databases, and how much share moves',
    )
    .argument('<old>', 'a directory of zone files, or a database')
    .argument('<new>', 'another')
    .option('--fail-above <share>', 'exit code 1 where more than that of a pool moves, such as 10%')
    .addOption(zones())
    .addOption(config())
    .addOption(json())
    .action(async (before, after, options) =>
      finish(await (await import('./diff.js')).diff(before, after, options)),
    );

  program
    .command('status')
    .description('the mirrors, zones and databases of the running server')
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (options) => finish(await (await import('./status.js')).status(options)));

  program
    .command('monitor')
    .description('the running server for Icinga and Nagios: one line, numbers, and their exit codes')
    .option('--warning <range>', 'warn where the part of a pool that is down is outside of it, such as 10%')
    .option('--critical <range>', 'the same, but critical')
    .option('--down-for <time>', 'a mirror may be down for so long, such as 5m; default: not at all')
    .option('--database-age <time>', 'a location database may be so old; default: 30d')
    .option('--certificates <time>', 'a certificate must be good for so long; default: as probes warn')
    .addOption(config())
    .addOption(control())
    .action(async (options) => finish(await (await import('./monitor.js')).monitor(options)));

  program
    .command('history')
    .description('what became of the mirrors: transitions, availability, strikes')
    .argument('[mirror]', 'ZONE/NAME or NAME, which may be a glob; default: all')
    .option('--summary', 'availability and strikes alone')
    .addOption(config())
    .addOption(control())
    .option('--state <dir>', 'the state directory to read where no server answers')
    .addOption(json())
    .action(async (mirror, options) => finish(await (await import('./history.js')).history(mirror, options)));

  program
    .command('probe')
    .description('probe mirrors once, now, and show each step')
    .argument('[mirror]', 'ZONE/NAME, NAME where it is unique, or a glob of them; default: all')
    .addOption(zones())
    .addOption(config())
    .addOption(control())
    .addOption(json())
    .action(async (mirror, options) => finish(await (await import('./probe.js')).probe(mirror, options)));

  program
    .command('disable')
    .description('take a mirror out of all answers')
    .argument('<mirror>', 'ZONE/NAME, or NAME where it is unique; NAME may be a glob')
    .requiredOption('--reason <text>', 'why, for those who come after you')
    .option('--by <name>', 'who says so; default: you')
    .option('--force', 'also where a pool is empty then, or in panic')
    .option('--until <time>', 'when it ends by itself: RFC 3339, or a duration such as 2h')
    .option('--local', 'on this server alone; default: on all of its fleet, where it is in one')
    .addOption(config())
    .addOption(control())
    .action(async (mirror, options) =>
      finish(await (await import('./override.js')).disable(mirror, options)),
    );

  program
    .command('enable')
    .description("end a mirror's disabling")
    .argument('<mirror>', 'ZONE/NAME, or NAME where it is unique; NAME may be a glob')
    .option('--local', 'end what holds on this server alone; what its fleet says holds again')
    .addOption(config())
    .addOption(control())
    .action(async (mirror, options) => finish(await (await import('./override.js')).enable(mirror, options)));

  program
    .command('reload')
    .description('read geopool.yaml, zone files and databases anew')
    .addOption(config())
    .addOption(control())
    .action(async (options) => finish(await (await import('./reload.js')).reload(options)));

  addChallenge(program, finish);
  addFleet(program, finish);
  addDnssec(program, finish);
  addGeo(program, finish);

  const notify = program
    .command('notify')
    .description('who is told of transitions, panic and stale databases');
  notify
    .command('test')
    .description('tell a test over each channel now')
    .addOption(config())
    .addOption(control())
    .action(async (options) => finish(await (await import('./notify.js')).notifyTest(options)));

  program
    .command('completion')
    .description('print a script by which a shell completes what is typed')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']))
    .action(async (shell) => finish((await import('./completion.js')).completion(shell, program)));

  program
    .command('demo')
    .description('a pool of tiny real mirrors on loopback, to try it all')
    .option('--port <port>', 'the port to answer DNS on', '5300')
    .action(async (options) => finish(await (await import('./demo.js')).demo(options)));

  return program;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
