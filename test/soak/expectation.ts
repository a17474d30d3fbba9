/**
 * What may be answered at each moment. Whoever changes something says which addresses may be in an answer from then on: before
 * the change that either will do, and once the server has said that it is done, which one it is. So no answer is judged by
 * how long anything takes. Pure.
 */

/** `in`: an answer with everybody has it. `out`: no answer has it. */
export type Standing = 'in' | 'out' | 'either';

/** An answer, and the moment before its question was sent. */
export interface Heard {
  readonly asked: number;
  readonly addresses: readonly string[];
}

/** An address that should have been in an answer, unless the server has said why not. */
export interface Missed {
  readonly address: string;
  /** Milliseconds since 1970: since when it should, and when it was not. */
  readonly since: number;
  readonly at: number;
}

export interface Expectation {
  /** The moment; later questions are asked after it. */
  moment(): number;
  /** From now on. */
  stand(state: Standing, ...addresses: readonly string[]): void;
  /** From now on the nearest mirror to that client is the one with this address; undefined: it may be any. */
  nearest(client: string, address: string | undefined): void;
  /** The same for a text that a question is answered by. */
  say(text: string | undefined): void;
  /** What is wrong with an answer that should have everybody. */
  everybody(heard: Heard): string[];
  /** And with one that should have the nearest. */
  nearestTo(client: string, heard: Heard): string[];
  saying(asked: number, text: string | undefined): string[];
  readonly missed: readonly Missed[];
}

/** A line of the server's log. */
interface Line {
  readonly event: string;
  readonly time: string;
  readonly [field: string]: unknown;
}

/** Milliseconds by which a log may be behind an answer, or ahead of one. */
const SLACK = 1000;

/**
 * Those that the server's log has no word of: on a busy machine a mirror that is well may be too late for its probes, and
 * be found down for a while.
 */
export function unexplained(missed: readonly Missed[], log: readonly Line[]): string[] {
  const falls = log.filter(({ event, to }) => event === 'verdict-changed' && to === 'down');
  return missed
    .filter(
      ({ address, since, at }) =>
        !falls.some((fall) => {
          const time = Date.parse(fall.time);
          return fall.address === address && time >= since - SLACK && time <= at + SLACK;
        }),
    )
    .map(({ address }) => `${address} is missing, and nobody said why`);
}

/** Nobody is expected yet. `clock` says milliseconds since 1970. */
export function newExpectation(clock: () => number = Date.now): Expectation {
  interface Since<T> {
    readonly is: T;
    readonly from: number;
    readonly at: number;
  }
  let moment = 0;
  const since = <T>(is: T): Since<T> => ({ is, from: ++moment, at: clock() });
  const states = new Map<string, Since<Standing>>();
  const nearest = new Map<string, Since<string | undefined>>();
  let said = since<string | undefined>(undefined);
  const missed: Missed[] = [];

  /** It was like that already when the question was asked. */
  const was = <T>(now: Since<T> | undefined, asked: number): T | undefined =>
    now !== undefined && now.from <= asked ? now.is : undefined;

  function strangers({ asked, addresses }: Heard): string[] {
    const faults = addresses.flatMap((address) => {
      if (!states.has(address)) return `${address} is nobody's`;
      return was(states.get(address), asked) === 'out' ? `${address} is out` : [];
    });
    if (new Set(addresses).size < addresses.length) faults.push(`${addresses.join(' ')}: one of them twice`);
    return faults;
  }

  return {
    moment: () => moment,
    stand(state, ...addresses) {
      for (const address of addresses) states.set(address, since(state));
    },
    nearest: (client, address) => void nearest.set(client, since(address)),
    say(text) {
      said = since(text);
    },
    everybody(heard) {
      for (const [address, state] of states) {
        if (was(state, heard.asked) !== 'in' || heard.addresses.includes(address)) continue;
        missed.push({ address, since: state.at, at: clock() });
      }
      return strangers(heard);
    },
    nearestTo(client, heard) {
      const faults = strangers(heard);
      const { addresses, asked } = heard;
      if (addresses.length === 0) faults.push(`${client} is answered by nobody`);
      const wanted = was(nearest.get(client), asked) ?? '';
      const isIn = was(states.get(wanted), asked) === 'in';
      if (isIn && !addresses.includes(wanted))
        faults.push(`${client} is answered by ${addresses.join(' ')}, ${wanted} is nearer`);
      return faults;
    },
    saying(asked, text) {
      const wanted = was(said, asked) ?? text;
      return text === wanted ? [] : [`${text} is said, not ${wanted}`];
    },
    missed,
  };
}
