/**
 * Runs a program of a test alone, as root in network and process namespaces that end with it, so that it may use any
 * address and start any process.
 */
import { execFile, spawnSync } from 'node:child_process';

const ALONE = [
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  ...['--net', '--pid', '--fork', '--mount-proc', '--kill-child'],
];
/** Where the programs of administrators are. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/** Why it can't be done: a program that is missing, by its name and Debian's package, or what the system does not permit. */
export function unavailable(packages: Readonly<Record<string, string>>): string | false {
  for (const [program, debian] of Object.entries(packages)) {
    if (spawnSync('which', [program], { env: { PATH } }).status !== 0)
      return `${program} is not installed: apt-get install ${debian}`;
  }
  const { status } = spawnSync('unshare', [...ALONE, 'ip', 'link', 'set', 'lo', 'up'], { env: { PATH } });
  return status === 0 ? false : 'namespaces are not permitted here';
}

/** What the program at a path prints, as JSON. Rejects with all that it said where it fails. */
export function runAlone<T>(program: string, ...args: readonly string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    execFile(
      'unshare',
      [...ALONE, process.execPath, program, ...args],
      { env: { ...process.env, PATH }, timeout: 240_000, killSignal: 'SIGKILL', maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout));
        else reject(new Error(`${error.message}\n${stdout}${stderr}`));
      },
    );
  });
}
