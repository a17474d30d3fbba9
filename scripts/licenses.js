/** The author and the license of a module, from its own files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns its name, version, license and author, and its license texts. `path` is the module's directory. */
export function readModule(path) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const texts = readdirSync(path)
    .filter((file) => /^(licen[cs]e|notice|\w+_license)/i.test(file))
    .map((file) => readFileSync(join(path, file), 'utf8').trim());
  return { path, name, version, license, author: author?.name ?? author, texts };
}
