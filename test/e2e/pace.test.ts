/**
 * What changes in an answer without a change of verdict: its TTL while one may be near, and the weight of a mirror that has
 * just come back.
 */
import t from 'tap';
import type { Explanation } from '../../src/compile/explain.js';
import { udpClient } from './dns-client.js';
import { startMirror } from './mirrors.js';
import { until } from './program.js';
import { startServer } from './server.js';

const NAME = 'dl.example.org';

t.test('TTL follows doubt, and a return is slow', async (t) => {
  const [shaky, back, sound] = await Promise.all(
    ['127.0.0.61', '127.0.0.62', '127.0.0.63'].map((address) => startMirror(t, address)),
  );
  if (shaky === undefined || back === undefined || sound === undefined) return;
  await shaky.become('refuse');
  const server = await startServer(t, {
    zones: {
      'z.yaml': `zone: ${NAME}
ns: [ns1.example.net]
ttl: 60
pools:
  "@":
    answers: 1
    slow_start: 1h
    mirrors: [back, sound, other]
    probe: &probe { interval: 1s, fast_interval: 50ms, timeout: 1s, fall: 2, rise: 1 }
  quick: { answers: 1, slow_start: 1s, mirrors: [back, sound, other], probe: *probe }
  doubt:
    ttl_min: 7
    mirrors: [shaky]
    probe: { interval: 40s, fast_interval: 10ms, timeout: 2s, fall: 1000 }
mirrors:
  shaky: { addresses: [127.0.0.61], probe: { port: ${shaky.port} } }
  back: { addresses: [127.0.0.62], probe: { port: ${back.port} } }
  sound: { addresses: [127.0.0.63], probe: { port: ${sound.port} } }
  other: { addresses: [192.0.2.1], probe: { type: none } }
`,
    },
  });
  const client = await udpClient(t, server);
  const ttl = async (): Promise<number | undefined> => {
    const [answer] = (await client.ask({ name: `doubt.${NAME}` })).answers ?? [];
    return answer?.type === 'A' ? answer.ttl : undefined;
  };
  const explained = async (name = NAME) => {
    const { body } = await server.request(
      'POST',
      '/explain',
      JSON.stringify({ name, from: '192.0.2.1', type: 'A' }),
    );
    const { candidates }: Explanation = JSON.parse(body);
    return candidates.find(({ mirror }) => mirror === 'back');
  };
  await until(async () => ((await ttl()) === 7 ? true : undefined), 'a short TTL while it is in doubt');
  await shaky.become('well');
  await until(async () => ((await ttl()) === 60 ? true : undefined), 'the whole TTL when it is well');

  t.equal((await explained())?.note, undefined, 'a cold start is no return');
  await back.become('refuse');
  // The same mirror in two pools: in one it grows so slowly that it is seen, in the other it is soon grown.
  for (const name of [NAME, `quick.${NAME}`])
    await until(async () => ((await explained(name)) === undefined ? true : undefined), 'back being out');
  await back.become('well');
  const early = await until(explained, 'back being in again');
  t.match(
    early.note,
    /^came back: \d tenths? of its weight and cap while others fill the answer, all of it at 20/,
  );
  const status = (await server.status()).zones[0]?.pools[0]?.mirrors.find(({ name }) => name === 'back');
  t.ok((status?.growth ?? 10) < 10, 'and status says so');
  t.match(status?.returned, /^20.*Z$/);
  const files = await server.run('explain', NAME, '--from', '192.0.2.1', '--zones', 'zones', '--json');
  const offline: Explanation = JSON.parse(files.stdout);
  const beside = offline.candidates.find(({ mirror }) => mirror === 'back');
  t.match(beside?.note, /^came back: \d tenths?/, 'so do the files, asked beside the server');
  t.ok((beside?.probability ?? 1) < 0.3);
  t.ok(early.probability < 0.3, `${early.probability}`);
  const late = await until(async () => {
    const grown = await explained(`quick.${NAME}`);
    return grown?.note === undefined ? grown : undefined;
  }, 'back being grown');
  t.ok(Math.abs(late.probability - 1 / 3) < 2 ** -27);
});
