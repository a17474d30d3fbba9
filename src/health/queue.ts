/**
 * In which order probes go out. An address is asked one thing at a time, and samples of speed are taken one by one, as two
 * of them would share our own line. What is in doubt waits for nobody: where a dead mirror lets every question run into its
 * timeout, queueing them would make each of its pools wait for all the others to find out.
 */

import { createProbeSlots } from '../probe/probe-slots.js';
import type { Check } from '../probe/target.js';

/** Sockets that probes may hold at a time. */
const AT_ONCE = 512;

export interface ProbeQueue {
  /**
   * Calls `begin` when it is the check's turn, with the function that ends the turn. Returns what gives up waiting; it
   * does nothing once it has begun.
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
