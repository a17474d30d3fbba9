/**
 * Sends all validators the same queries, over and over, while things happen, and keeps every result that is not as it
 * should be.
 */
import { VALIDATORS } from '../resolvers/configs.js';
import { ask, type Question, verdictOf } from './ask.js';

/** Milliseconds from round to round: others need the processor too. */
const PAUSE = 150;

export interface Watched {
  /** Rounds that each of them has come to. */
  readonly rounds: Readonly<Record<string, number>>;
  /** Resolver, type, name, and what was said, once each. */
  readonly wrong: readonly string[];
}

/** Clients `from` these addresses ask in turn. `isRight` is asked for each verdict. */
export async function watch(
  from: readonly string[],
  questions: readonly Question[],
  isRight: (verdict: string) => boolean,
  happen: () => Promise<unknown>,
): Promise<Watched> {
  const wrong = new Set<string>();
  const rounds: Record<string, number> = {};
  let isOver = false;
  const askAll = async (resolver: string, address: string): Promise<void> => {
    for (let round = 0; !isOver; round++) {
      rounds[resolver] = round;
      for (const question of questions) {
        const client = from[round % from.length] ?? '';
        const verdict = verdictOf(await ask(address, client, question));
        if (!isRight(verdict))
          wrong.add(`${resolver} ${question.type} ${question.name} ${client}: ${verdict}`);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };
  const asking = Promise.all(
    Object.entries(VALIDATORS).map(([resolver, { address }]) => askAll(resolver, address)),
  );
  await happen().finally(() => {
    isOver = true;
  });
  await asking;
  return { rounds, wrong: [...wrong] };
}
