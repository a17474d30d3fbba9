/**
 * The DNS clients that people use, as Debian has them.
 */
import { execFile, spawnSync } from 'node:child_process';

export type Tool = 'dig' | 'kdig' | 'drill';

const PACKAGE: Readonly<Record<Tool, string>> = {
  dig: 'bind9-dnsutils',
  kdig: 'knot-dnsutils',
  drill: 'ldnsutils',
};

/** False where the tool is there, else why a test is skipped. */
export function missing(tool: Tool): string | false {
  const { error } = spawnSync(tool, ['-v'], { stdio: 'ignore' });
  return error === undefined ? false : `${tool} is not installed: apt-get install ${PACKAGE[tool]}`;
}

/** False where all of these are there, by their Debian packages; else why a test is skipped. */
export function missingProgram(packages: Readonly<Record<string, string>>): string | false {
  const absent = Object.entries(packages).filter(
    ([program]) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status !== 0,
  );
  if (absent.length === 0) return false;
  return `not installed: apt-get install ${absent.map(([, name]) => name).join(' ')}`;
}

/** What the tool prints. Rejects where it ends with another exit code than 0. */
export function runTool(tool: Tool, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(tool, args, { timeout: 15_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${tool} ${args.join(' ')}: ${error.message}\n${stdout}${stderr}`));
    });
  });
}
