/** Where the threads listen, and with which certificate, when the settings change. */
import t from 'tap';
import { followListen } from '../../src/daemon/workers.js';
import type { TlsTerms } from '../../src/server/secure-context.js';

t.test('a certificate that is renewed while threads start is the one that they get', async (t) => {
  const terms = (certificate: string): TlsTerms => ({ certificate, key: 'key', handshakes: 20 });
  let held = terms('old');
  const steps: unknown[] = [];
  const phase = followListen(
    {
      prepare: () => ({ terms: held, follow: () => void steps.push('follow') }),
      terms: () => held,
    },
    {
      async relisten(listen, tls) {
        steps.push(listen, tls);
        held = terms('renewed');
        return async () => void steps.push('change');
      },
    },
    { secure: (now) => void steps.push(now) },
  );
  const change = await phase.prepare({ listen: [] });
  await change();
  t.same(steps, [[], terms('old'), 'follow', 'change', terms('renewed')]);
});
