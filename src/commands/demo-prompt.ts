/**
 * The commands of the demo's prompt.
 */
import type { DemoClient } from './demo-client.js';
import type { DemoMirrors, MirrorBehavior } from './demo-mirrors.js';
import { COUNTRIES, type Country, SITES } from './demo-world.js';
import { status } from './status.js';
import { formatTable } from './table.js';

export interface DemoParts {
  readonly mirrors: DemoMirrors;
  readonly client: DemoClient;
  readonly control: string;
  say(text: string): void;
}

/** Queries that `who` sends from each country. */
const QUERIES = 300;

export const HELP = `  down NAME      closes its port: connections are refused
  hang NAME      it takes requests and never answers
  503 NAME       it answers 503 Service Unavailable
  up NAME        it is well again
  who            how often each mirror is answered, counted in ${QUERIES} real queries from each country
  dig [COUNTRY]  one answer for a client there: ${COUNTRIES.map(({ code }) => code).join(', ')}
  status         what \`geopool status\` says
  help, quit`;

const CONDUCTS: Readonly<Record<string, MirrorBehavior>> = {
  up: 'up',
  down: 'down',
  hang: 'hang',
  '503': '503',
};

/** Runs the command on a line. Returns false if it is `quit`. */
export async function runDemoCommand(line: string, parts: DemoParts): Promise<boolean> {
  const [word = '', object = ''] = line.trim().split(/\s+/);
  const { say } = parts;
  const behavior = Object.hasOwn(CONDUCTS, word) ? CONDUCTS[word] : undefined;
  if (behavior !== undefined) await behave(object, behavior, parts);
  else if (word === 'who') say(await countAnswers(parts.client));
  else if (word === 'dig') say(await answerTo(object, parts.client));
  else if (word === 'status') await status({ control: parts.control });
  else if (word === 'help') say(HELP);
  else if (word === 'quit' || word === 'exit') return false;
  else if (word !== '') say(`"${word}" is not a command; help lists them`);
  return true;
}

async function behave(name: string, behavior: MirrorBehavior, { mirrors, say }: DemoParts): Promise<void> {
  if (!SITES.some((site) => site.name === name)) {
    say(`which one? There are ${SITES.map((site) => site.name).join(', ')}`);
    return;
  }
  await mirrors.behave(name, behavior);
  const wait = 'its probes will show it within seconds';
  const done: Record<MirrorBehavior, string> = {
    up: `${name} is well again; ${wait}`,
    down: `${name} refuses connections now; ${wait}`,
    hang: `${name} says nothing any more; ${wait}`,
    '503': `${name} answers 503 now; ${wait}`,
  };
  say(done[behavior]);
}

/** A table of how often each mirror was in the answers, by country. */
async function countAnswers(client: DemoClient): Promise<string> {
  const counts: Map<string, number>[] = [];
  for (const { network } of COUNTRIES) {
    const count = new Map<string, number>();
    for (let i = 0; i < QUERIES; i++) {
      for (const address of await client.ask(network)) count.set(address, (count.get(address) ?? 0) + 1);
    }
    counts.push(count);
  }
  const rows = SITES.map(({ name, address, city, country }) => [
    name,
    `${city}, ${country}`,
    ...counts.map((count) => String(count.get(address) ?? 0)),
  ]);
  const header = [`of ${QUERIES} answers`, 'is in', ...COUNTRIES.map(({ name }) => `to ${name}`)];
  return formatTable(header, rows).join('\n');
}

async function answerTo(code: string, client: DemoClient): Promise<string> {
  const wanted = COUNTRIES.filter((country) => code === '' || country.code === code.toUpperCase());
  if (wanted.length === 0) return `which country? There are ${COUNTRIES.map((c) => c.code).join(', ')}`;
  const lines: string[] = [];
  for (const country of wanted) lines.push(await answerLine(country, client));
  return lines.join('\n');
}

async function answerLine({ name, network }: Country, client: DemoClient): Promise<string> {
  const answer = (await client.ask(network)).map((address) => {
    const mirror = SITES.find((site) => site.address === address);
    return `${address} (${mirror?.name ?? 'unknown'})`;
  });
  return `${name} gets ${answer.join(' and ')}`;
}
