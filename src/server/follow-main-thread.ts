/**
 * What the main thread says to a worker with an event loop, done as it comes. The worker for UDP in batches has no such
 * loop and looks for itself.
 */
import type { MessagePort } from 'node:worker_threads';
import { adoptPolicy, adoptTable, type Responder } from '../answer/responder.js';
import { answerHeartbeat, type Heartbeat } from './heartbeat.js';
import type { ToWorker } from './messages.js';

/** Has the responder answer by what comes from now on; `stop` ends the worker, its port too. */
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
