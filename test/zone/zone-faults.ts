/** What a zone file can have wrong: a sound one with one thing amiss, which must be said once and at its place. */
import t from 'tap';
import { formatFault } from '../../src/zone/faults.js';
import { faultsOf, type Sections, unmark, zoneText } from './zone-text.js';

/** A sound zone file with one thing wrong, at the mark, and what is said of it. */
type Case = readonly [name: string, sections: Sections | string, message: RegExp];

export const mirror = (keys: string): Sections => ({ mirrors: `mirrors:\n  aurora:\n    ${keys}` });
export const addressed = (keys: string): Sections => mirror(`addresses: [192.0.2.10]\n    ${keys}`);
export const pool = (keys: string): Sections => ({ pools: `pools:\n  "@":\n    ${keys}` });
export const probe = (keys: string): Sections => pool(`probe:\n      ${keys}`);
export const records = (text: string): Sections => ({ more: `records:\n  ${text}` });

/** Holds that each case has its one fault, where the mark is. */
export function testFaults(title: string, cases: readonly Case[]): void {
  t.test(title, async (t) => {
    for (const [name, sections, message] of cases) {
      const { text, at } = unmark(typeof sections === 'string' ? sections : zoneText(sections));
      const faults = faultsOf(text);
      t.equal(faults.length, 1, `${name}: one fault`, { faults: faults.map(formatFault) });
      const [fault] = faults;
      t.equal(`${fault?.line}:${fault?.column}`, at, `${name}: at its place`);
      t.match(fault?.message, message, name);
    }
  });
}
