/**
 * Those who ask all the time, over sockets that come and go, so that every worker is asked. Each waits for its answer, asks
 * nothing twice, and looks whether the answer may be.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import type { DecodedPacket } from 'dns-packet';
import { below, type Random } from '../../src/platform/random.js';
import { type Asked, addressesOf, askOverTcp, udpClient } from '../e2e/dns-client.js';
import { openScope } from '../scope.js';
import { SERVER, type Stage } from './stage.js';
import { geographyName, geographyPools, MISSING, NEAREST, pick, SAYING, ZONE } from './zone.js';

export interface Audience {
  asked(): number;
  /** Why questions had no answer, and what was wrong with answers. */
  readonly lost: readonly string[];
  readonly wrong: readonly string[];
  /** The most milliseconds that an answer took. */
  slowest(): number;
  /** Has nobody ask, once what is under way is answered, until the function that it gives is called. */
  pause(): Promise<() => void>;
  end(): Promise<void>;
}

const CLIENTS = 8;
/** Questions of one socket. */
const EACH = 100;
/** Milliseconds from an answer to the next question. */
const PAUSE = 5;
/** One in so many questions goes over TCP. */
const OVER_TCP = 50;
const NXDOMAIN = 3;

interface Question {
  readonly asked: Asked;
  /** What is wrong with an answer to it, which was asked for after that moment. */
  readonly look: (answer: DecodedPacket, moment: number) => readonly string[];
}

/** They begin to ask. */
export function gather({ server, expectation, database }: Stage, random: Random): Audience {
  const lost: string[] = [];
  const wrong: string[] = [];
  let asked = 0;
  let slowest = 0;
  let ended = false;
  let gate = Promise.resolve();
  const underWay = new Set<Promise<void>>();
  const target = { port: server.port, host: SERVER };

  function nearest(name: string): Question {
    const client = pick(random, [...database().nearest.keys()]);
    return {
      asked: { name, subnet: client },
      look: (answer, moment) =>
        expectation.nearestTo(client, { asked: moment, addresses: addressesOf(answer) }),
    };
  }
  const kinds: readonly (() => Question)[] = [
    () => ({
      asked: { name: ZONE },
      look: (answer, moment) => expectation.everybody({ asked: moment, addresses: addressesOf(answer) }),
    }),
    () => nearest(NEAREST),
    () => nearest(geographyName(pick(random, geographyPools()))),
    () => ({
      asked: { name: SAYING, type: 'TXT' },
      look: ({ answers = [] }, moment) => {
        const [text] = answers.flatMap((answer) => (answer.type === 'TXT' ? String(answer.data) : []));
        return expectation.saying(moment, text);
      },
    }),
    () => ({
      asked: { name: MISSING },
      look: ({ flags = 0 }) => ((flags & 15) === NXDOMAIN ? [] : [`it exists: rcode ${flags & 15}`]),
    }),
  ];

  async function askOnce(ask: (what: Asked) => Promise<DecodedPacket>): Promise<void> {
    const { asked: what, look } = pick(random, kinds)();
    const moment = expectation.moment();
    const from = performance.now();
    asked++;
    try {
      // The thread for TCP hears of a generation a moment after the others.
      if (below(random, OVER_TCP) === 0) await askOverTcp(target, what);
      else wrong.push(...look(await ask(what), moment).map((fault) => `${what.name}: ${fault}`));
      slowest = Math.max(slowest, performance.now() - from);
    } catch (error) {
      lost.push(String(error));
    }
  }

  async function attend(): Promise<void> {
    while (!ended) {
      const scope = openScope();
      const { ask } = await udpClient(scope, target);
      for (let i = 0; i < EACH && !ended; i++) {
        await gate;
        const asking = askOnce(ask);
        underWay.add(asking);
        await asking;
        underWay.delete(asking);
        await pass(PAUSE);
      }
      await scope.close();
    }
  }

  const clients = Array.from({ length: CLIENTS }, attend);
  return {
    asked: () => asked,
    lost,
    wrong,
    slowest: () => slowest,
    async pause() {
      let open = (): void => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      await Promise.all(underWay);
      return open;
    },
    async end() {
      ended = true;
      await Promise.all(clients);
    },
  };
}
