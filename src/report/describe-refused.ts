/**
 * What comes of a zone file that is wrong and has no good copy, in words: for the log, for status and for people who are
 * told.
 */

/** `zone`: that of the file, where it can be read and no other file has it. */
export function describeRefused(zone: string | undefined): string {
  return zone === undefined ? 'nothing of it is served' : `${zone} and all names below it answer SERVFAIL`;
}
