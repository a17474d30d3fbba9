/**
 * Keeps what mirrors report about themselves: stored between processes, logged, and passed on to answers and history.
 */
import {
  createSelfWeights,
  SELF_WEIGHTS,
  type SelfWeights,
  type SelfWeightsOptions,
} from '../health/self-weights.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import { describeTarget } from '../probe/target.js';
import { describeSelfWeight } from '../report/describe-self-weight.js';
import type { StateFiles } from '../state/state-files.js';

export interface SelfWeightKeeper extends Pick<SelfWeights, 'of' | 'setTargets'> {
  /** Stops asking mirrors, and writes what must be kept. */
  close(): Promise<void>;
}

export interface SelfWeightKeeperOptions extends Pick<SelfWeightsOptions, 'run' | 'onChange'> {
  readonly files: StateFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export async function keepSelfWeights(options: SelfWeightKeeperOptions): Promise<SelfWeightKeeper> {
  const { files, clock, random, log, run, onChange } = options;
  const stored = await files.read(SELF_WEIGHTS);
  const weights = createSelfWeights({
    clock,
    random,
    run,
    stored: new Map(stored.map(({ key, part }) => [key, part])),
    onChange(key, target, part) {
      file.mark();
      log.info(
        { event: 'self-weight', ...describeTarget(target), part },
        `${target.mirror} (${target.address.text}): ${describeSelfWeight(part)}`,
      );
      onChange(key, target, part);
    },
  });
  const file = files.keep(SELF_WEIGHTS, () =>
    Array.from(weights.all(), ([key, { part }]) => ({ key, part })).filter(({ part }) => part < 1),
  );
  return {
    of: weights.of,
    setTargets: weights.setTargets,
    close() {
      weights.close();
      return file.close();
    },
  };
}
