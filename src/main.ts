#!/usr/bin/env node
/**
 * The program: from its arguments to a verb.
 */
const { run } = await import('./commands/program.js');

const code = await run(process.argv.slice(2));
// Unless it was set meanwhile, since not all could be written.
process.exitCode ||= code;
