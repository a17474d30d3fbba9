/** A number of things in words: `1 fault`, `2 faults`, `0 faults`. */
export function countOf(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
