/**
 * Builds the program: bundles src/ and the libraries that it uses into a few files, since a start would otherwise spend half
 * of its time on finding a thousand. Called with the target directory.
 *
 * Each thread has one file of its own. The main thread has main.js, and chunks that are loaded when they are needed: the
 * whole program, and a second copy of the parts that `serve` needs. The bundler makes a file of whatever two verbs load and
 * no third does, so without that copy `serve` would be in 72 files instead of 29. All files but main.js are one folder deep,
 * as the sources are, so what a module names by `import.meta.url` is found from there too.
 * Types are not checked here: `npm run types` does that.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { readModule } from './licenses.js';

/** Loaded from node_modules: a binary, and a library that few zones need. */
const APART = ['koffi', 're2js'];

/** Only the codec of dns2 is used: its servers and clients would load Node's HTTP in every thread. */
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
  // Each thread keeps its source text in memory. Names stay, for readable stack traces.
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
  // CommonJS libraries load Node's modules with it.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
};
const threads = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter((file) => file.endsWith('-worker.ts') && !file.endsWith('/run-in-worker.ts'));
/** Leaves out all verbs but `serve`. */
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

// The licenses of the bundled libraries have to be passed on with them.
const files = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const modules = files.flatMap((file) => file.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []);
const licenses = [...new Set([...modules, 'node_modules/world-atlas'])].sort().map(readModule);
writeFileSync(join(directory, 'licenses.json'), `${JSON.stringify(licenses, undefined, 1)}\n`);
