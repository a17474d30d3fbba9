/**
 * Takes the lock at a path and says so on its standard output; holds it until it is killed, or until its input ends.
 */
import { takeFileLock } from '../../src/state/file-lock.js';

const [path = ''] = process.argv.slice(2);
const taken = await takeFileLock(path);
process.stdout.write('holder' in taken ? `refused: ${taken.holder}\n` : 'taken\n');
if ('holder' in taken) process.exit();
process.stdin.resume().once('end', () => process.exit());
