/**
 * The effect of a zone file that is wrong and has no good copy, in words: for the log, the status and notifications.
 */

/** `zone`: the file's zone, if it can be read and no other file has the same zone. */
export function describeRefused(zone: string | undefined): string {
  return zone === undefined ? 'nothing of it is served' : `${zone} and all names below it answer SERVFAIL`;
}
