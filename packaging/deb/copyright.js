/**
 * Prints debian/copyright: the program's license, and the license text of each module that comes with it. Called with the
 * directory of the built program and its modules.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readModule } from '../../scripts/licenses.js';

const [directory = ''] = process.argv.slice(2);

/** Licenses whose text Debian has in /usr/share/common-licenses. */
const COMMON = ['Apache-2.0'];

const apart = readdirSync(join(directory, 'node_modules'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(.+\/node_modules\/)?(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
  .map((path) => readModule(dirname(join(directory, 'node_modules', path))))
  .sort((a, b) => (a.path < b.path ? -1 : 1));
/** Modules that are bundled into the program's own files. */
const bundled = JSON.parse(readFileSync(join(directory, 'dist/licenses.json'), 'utf8'));
const modules = [...apart, ...bundled];

/** The license text of a module. If it has none, that of another module by the same author is used. */
function textOf(module) {
  const { texts } =
    module.texts.length > 0
      ? module
      : (modules.find(({ author, texts }) => author === module.author && texts.length > 0) ?? module);
  if (texts.length === 0) throw new Error(`${module.name} has no license text`);
  return texts.join('\n\n');
}

function holdersOf(module, text) {
  const lines = text.split('\n').map((line) => line.trim());
  const named = lines.filter((line) => /^(copyright|\(c\)|©)/i.test(line) && /\d{4}/.test(line));
  return named.length > 0
    ? named.map((line) => line.replace(/^copyright:?\s*/i, ''))
    : [module.author ?? `the authors of ${module.name}`];
}

/** A text in the format of a field's continuation lines. */
function indented(text) {
  return text
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
}

function stanza(files, holders, license) {
  return `Files: ${files}\nCopyright: ${holders.join('\n ')}\nLicense: ${license}\n`;
}

/** The name of a module's license. It includes the module's name, since the text names its holders. */
function labelOf({ name, license }) {
  return COMMON.includes(license)
    ? license
    : `${license}-${name.replaceAll(/[^\w.]+/g, '-').replace(/^-/, '')}`;
}

function ownersOf(module) {
  return holdersOf(module, textOf(module));
}

console.log(`Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: geopool
`);
console.log(stanza('*', ['the authors of geopool'], 'Apache-2.0'));
const labels = [...new Set(['Apache-2.0', ...bundled.map(labelOf)])];
console.log(
  stanza(
    'usr/lib/geopool/dist/*',
    ['the authors of geopool', ...new Set(bundled.flatMap(ownersOf))],
    labels.join(' and '),
  ),
);
for (const module of apart)
  console.log(
    stanza(`usr/lib/geopool/${relative(directory, module.path)}/*`, ownersOf(module), labelOf(module)),
  );
for (const license of COMMON)
  console.log(`License: ${license}\n The text is /usr/share/common-licenses/${license}.\n`);
for (const module of modules.filter(({ license }) => !COMMON.includes(license)))
  console.log(`License: ${labelOf(module)}\n${indented(textOf(module))}\n`);
