/**
 * Loaded before every test file: property tests take the same cases in every run, so that a run which fails can be had
 * again and no change is blamed for what chance brought up. Give FAST_CHECK_SEED another number to look elsewhere.
 */
import fc from 'fast-check';

const seed = Number(process.env.FAST_CHECK_SEED ?? 20_261_121);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
