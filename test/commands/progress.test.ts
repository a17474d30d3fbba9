import t from 'tap';
import { withProgress } from '../../src/commands/progress.js';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, write: (text: string | Uint8Array) => written.push(String(text)) > 0 } };
}

t.test('a terminal shows one line, and nothing of it in the end', async (t) => {
  const { written, stream } = terminal(true);
  const value = await withProgress(async (progress) => {
    progress('one');
    progress('two');
    return 7;
  }, stream);
  t.equal(value, 7);
  t.same(written, ['\r\u001b[Kone …', '\r\u001b[Ktwo …', '\r\u001b[K']);
  await t.rejects(withProgress(() => Promise.reject(new Error('x')), stream));
  t.equal(written.at(-1), '\r\u001b[K');
});

t.test('a file gets nothing', async (t) => {
  const { written, stream } = terminal(false);
  await withProgress(async (progress) => progress('one'), stream);
  t.same(written, []);
});
