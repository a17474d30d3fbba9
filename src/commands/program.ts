/**
 * All verbs with their options and help, and what the program ends with: 0 good, 1 the input is wrong, 2 usage, 3 the
 * server can't be reached; of `monitor`, what plugins end with. Errors are said on standard error, never with a stack.
 */
import { Argument, Command, CommanderError, Option } from 'commander';
import { codeOf, describeError, GeopoolError } from '../errors.js';
import { VERSION } from '../version.js';
import { complain, print } from './output.js';

/** What the system refuses to any program. Short of descriptors, Node also takes for missing what it can't open. */
const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: 'this process may open too few files, raise the limit to 1024 or more (ulimit -n, LimitNOFILE=)',
  ENFILE: 'too many files are open on this host (fs.file-max)',
  ERR_MODULE_NOT_FOUND:
    'the installation is not whole (npm ci), or this process may open too few files (ulimit -n, LimitNOFILE=)',
};

/** Runs the program with its arguments; gives its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => {
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
    if (!(error instanceof GeopoolError)) {
      const why = REFUSALS[codeOf(error) ?? ''] ?? 'this is a defect of geopool, please report it';
      complain(`geopool: ${why}: ${describeError(error)}`);
      return 1;
    }
    complain(...error.details, `geopool: ${error.message}`);
    return error.exitCode;
  }
}

function makeProgram(finish: (code: number) => void): Command {
  const program = new Command('geopool')
    .description('An authoritative DNS server for download-mirror pools.')
    .version(VERSION)
    .showHelpAfterError('(geopool --help lists the verbs)')
    .exitOverride();

  const config = () => new Option('--config <file>', "the server's config file");
  const zones = () => new Option('--zones <dir>', 'the directory of zone files');
  const control = () => new Option('--control <path>', 'the control socket of the running server');
  const json = () => new Option('--json', 'as JSON, for scripts');

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
    .addOption(zones())
    .addOption(config())
    .action(async (files, options) => finish(await (await import('./check.js')).check(files, options)));

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
    .option('--until <time>', 'when it ends by itself: RFC 3339, or a duration such as 2h')
    .addOption(config())
    .addOption(control())
    .action(async (mirror, options) =>
      finish(await (await import('./override.js')).disable(mirror, options)),
    );

  program
    .command('enable')
    .description("end a mirror's disabling")
    .argument('<mirror>', 'ZONE/NAME, or NAME where it is unique; NAME may be a glob')
    .addOption(config())
    .addOption(control())
    .action(async (mirror, options) => finish(await (await import('./override.js')).enable(mirror, options)));

  program
    .command('reload')
    .description('read zone files and databases anew')
    .addOption(config())
    .addOption(control())
    .action(async (options) => finish(await (await import('./reload.js')).reload(options)));

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

  for (const command of [...program.commands, ...geo.commands, ...notify.commands]) command.exitOverride();
  return program;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
