#!/usr/bin/env node
/**
 * The program: from its arguments to a verb.
 */
import { run } from './commands/program.js';

process.exitCode = await run(process.argv.slice(2));
