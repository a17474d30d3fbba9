/**
 * The bare floor: what batched UDP costs when nothing is thought.
 */
import { join } from 'node:path';
import { SERVER_CORE, type Stage } from '../stage.js';
import { type Server, whenAnswering } from './server.js';

export async function startFloor(stage: Stage): Promise<Server> {
  const port = stage.nextPort();
  const running = stage.processes.start({
    command: stage.programs.floor,
    args: [`${port}`],
    log: join(stage.directory, 'floor.log'),
    core: SERVER_CORE,
  });
  return whenAnswering('bare floor', port, running);
}
