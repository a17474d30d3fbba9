/** Options that many verbs have, and how a verb ends. */
import { Option } from 'commander';

/** Takes the program's exit code. */
export type Finish = (code: number) => void;

export const config = (): Option => new Option('--config <file>', "the server's config file");
export const zones = (): Option => new Option('--zones <dir>', 'the directory of zone files');
export const control = (): Option =>
  new Option('--control <path>', 'the control socket of the running server');
export const json = (): Option => new Option('--json', 'print JSON, for scripts');
