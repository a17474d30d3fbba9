/**
 * Handles the main thread's messages in a worker with an event loop, as they come. The batched UDP worker has no such loop
 * and looks for itself.
 */
import type { MessagePort } from 'node:worker_threads';
import { adoptPolicy, adoptTable, type Responder } from '../answer/responder.js';
import { answerHeartbeat, type Heartbeat } from './heartbeat.js';
import type { ToWorker } from './messages.js';

/** Applies messages to the responder from now on. `stop` must end the worker, its port included. */
export function followMainThread(
  port: MessagePort,
  responder: Responder,
  heartbeat: Heartbeat,
  stop: () => void,
): void {
  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'table':
        adoptTable(responder, message.table, message.hits);
        break;
      case 'policy':
        adoptPolicy(responder, message.policy);
        break;
      case 'asked':
        answerHeartbeat(heartbeat);
        break;
      case 'stop':
        stop();
        break;
    }
  });
}
