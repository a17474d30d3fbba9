/**
 * The order in which probes go out. An address gets one probe at a time. Speed samples are taken one by one, as two of them
 * would share our own line. A check in doubt does not wait for its turn: when a dead mirror lets every probe run into its
 * timeout, a queue would make each of its pools wait for all the others to find out.
 */

import { createProbeSlots } from '../probe/probe-slots.js';
import type { Check } from '../probe/target.js';

/** The most sockets that probes may hold at the same time. */
const AT_ONCE = 512;

export interface ProbeQueue {
  /**
   * Calls `begin` when it is the check's turn, with the function that ends the turn. Returns the function that gives up
   * waiting; it does nothing once the turn has begun.
   */
  enter(check: Check, inDoubt: boolean, begin: (end: () => void) => void): () => void;
}

export function createProbeQueue(): ProbeQueue {
  const slots = createProbeSlots(AT_ONCE);
  const samples = createProbeSlots(1);
  return {
    enter({ address, probe }, inDoubt, begin) {
      if (!('speed' in probe)) return slots.take(address.text, begin, inDoubt);
      let leaveTurn = (): void => undefined;
      const leaveSamples = samples.take('', (endSample) => {
        let begun = false;
        const giveUp = slots.take(
          address.text,
          (endTurn) => {
            begun = true;
            begin(() => {
              endTurn();
              endSample();
            });
          },
          inDoubt,
        );
        leaveTurn = () => {
          giveUp();
          if (!begun) endSample();
        };
      });
      return () => {
        leaveSamples();
        leaveTurn();
      };
    },
  };
}
