/** That verbs say nothing but through one place, where what they say is made safe to print. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const COMMANDS = fileURLToPath(new URL('../../../src/commands/', import.meta.url));
/** The demo's prompt, which is about nothing but the demo's own mirrors; what serve does not wait for. */
const OTHERS: Readonly<Record<string, RegExp>> = {
  'demo-screen.ts': /process\.(stdin|stdout)/g,
  'serve.ts': /process\.stderr\.on\(/g,
};

t.test('no verb writes to the terminal by itself', async (t) => {
  for (const file of readdirSync(COMMANDS).filter((name) => name !== 'output.ts')) {
    const allowed = OTHERS[file];
    const source = readFileSync(`${COMMANDS}${file}`, 'utf8');
    const rest = allowed === undefined ? source : source.replaceAll(allowed, '');
    t.notMatch(rest, /process\.std|console\./, file);
  }
});
