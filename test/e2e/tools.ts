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

/** What the tool prints. Rejects where it ends with another exit code than 0. */
export function runTool(tool: Tool, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(tool, args, { timeout: 15_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${tool} ${args.join(' ')}: ${error.message}\n${stdout}${stderr}`));
    });
  });
}
