#!/usr/bin/env node
/**
 * The program: runs the verb that its arguments name.
 */
const { run } = await import('./commands/program.js');

const code = await run(process.argv.slice(2));
// An exit code that is set already stays: some output could not be written.
process.exitCode ||= code;
