/**
 * Builds the program: from src/ and the libraries that it uses to a few files, since a start would otherwise spend half of
 * its time on finding a thousand. Called with the directory that they go into.
 *
 * Each thread has one file of its own. The main thread has main.js, and in chunks what it loads when it needs it: the program,
 * and the program once more as far as `serve` needs it. Since what two verbs load in common and no third does is a file, the
 * latter is in 29 instead of 72. All but main.js lie one folder deep, as the sources do, so what a module names by
 * `import.meta.url` is found from there too.
 * Types are not looked at: `npm run types` checks them.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { readModule } from './licenses.js';

/** What is loaded from node_modules: a binary, and what few zones need. */
const APART = ['koffi', 're2js'];

/** The codec of dns2, which is all that is used of it: its servers and clients would load Node's HTTP in every thread. */
const codecAlone = {
  name: 'codec-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^dns2$/ }, () => ({ path: 'dns2', namespace: 'codec' }));
    onLoad({ filter: /.*/, namespace: 'codec' }, () => ({
      contents: "import Packet from './node_modules/dns2/packet.js'; export default { Packet };",
      resolveDir: '.',
    }));
  },
};

const [directory = 'dist'] = process.argv.slice(2);
rmSync(directory, { recursive: true, force: true });
const options = {
  bundle: true,
  // Each thread keeps its text in memory. Names stay, for whoever reads what a defect says.
  minifyWhitespace: true,
  minifySyntax: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  outbase: 'src',
  outdir: directory,
  chunkNames: 'chunks/[name]-[hash]',
  external: APART,
  plugins: [codecAlone],
  // Libraries that are CommonJS ask for Node's modules by it.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
};
const threads = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter((file) => file.endsWith('-worker.ts') && !file.endsWith('/run-in-worker.ts'));
/** The verbs that `serve` is not. */
const otherVerbs = {
  name: 'other-verbs',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\// }, ({ kind, importer, path }) =>
      kind === 'dynamic-import' &&
      /\/commands\/(program|[a-z]+-verbs)\.ts$/.test(importer) &&
      path !== './serve.js'
        ? { path, external: true }
        : undefined,
    ),
};
const programs = { main: [], serve: [otherVerbs] };
const built = await Promise.all([
  ...Object.entries(programs).map(([name, plugins]) =>
    build({
      ...options,
      entryPoints: [{ in: 'src/main.ts', out: `chunks/${name}` }],
      splitting: true,
      plugins: [codecAlone, ...plugins],
    }),
  ),
  build({ ...options, entryPoints: threads }),
]);

const main = `#!/usr/bin/env node
await import(process.argv[2] === 'serve' ? './chunks/serve.js' : './chunks/main.js');
`;
writeFileSync(join(directory, 'main.js'), main, { mode: 0o755 });

// Whoever passes on a library passes on its license.
const files = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const modules = files.flatMap((file) => file.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []);
const licenses = [...new Set([...modules, 'node_modules/world-atlas'])].sort().map(readModule);
writeFileSync(join(directory, 'licenses.json'), `${JSON.stringify(licenses, undefined, 1)}\n`);
