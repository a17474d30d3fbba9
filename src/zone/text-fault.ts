/**
 * What is wrong with a text that an operator wrote. Readers of text return either its meaning or this, so that all faults
 * of a file can be reported at once, instead of the first being thrown. `src/ip/prefix.ts` does the same.
 */
export interface TextFault {
  /** A clause that names the text, and says what is wrong and what was expected. */
  readonly fault: string;
}

/** Whether a reader refused the text. */
export function isTextFault(value: unknown): value is TextFault {
  return typeof value === 'object' && value !== null && 'fault' in value;
}
