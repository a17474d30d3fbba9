/**
 * Why an instance can't be used, in words that say what to do. Text from the instance itself is untrusted and ends up in
 * logs and on terminals, so it is made printable and cut short.
 */
import { codeOf, describeError } from '../platform/errors.js';
import { printable } from '../platform/printable.js';

const UNTRUSTED =
  'no authority that is trusted here issued its certificate: "ca_file" is to have the one that did';

/** By the code of an error. */
const BY_CODE: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNTRUSTED],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
  ['UNABLE_TO_GET_ISSUER_CERT', UNTRUSTED],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNTRUSTED],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNTRUSTED],
  ['CERT_HAS_EXPIRED', 'its certificate has expired: renew it there'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate has other names: one is to have the host in "servers"'],
]);

/** By the text of a message: error replies begin with a code, and TLS alerts are in the middle. */
const BY_TEXT: readonly (readonly [has: RegExp, words: string])[] = [
  [/^WRONGPASS /, 'it does not know "username" with what "password_file" has: compare them with its ACL'],
  [/^NOAUTH /, 'it asks who this is: set "username" and "password_file"'],
  [
    /^NOPERM /,
    'its ACL does not let "username" do what a member does: take the lines of contrib/valkey/geopool.conf',
  ],
  [/alert certificate required/, 'it asks for a certificate: set "certificate_file" and "client_key_file"'],
  [
    /alert unknown ca/,
    'it does not trust "certificate_file": its tls-ca-cert-file is to have who issued that',
  ],
  [/alert certificate expired/, '"certificate_file" has expired: renew it, and restart geopool'],
  [/ Please report this\.$/, 'what it says makes no sense: is it Valkey or Redis?'],
  [/:wrong version number/, 'it speaks no TLS there: rediss: is for its tls-port'],
];

const MOST_FOREIGN = 200;

/** In one line, without a stack trace. */
export function describeFault(error: unknown): string {
  const [cause = error] = causes(error);
  const text = describeError(cause);
  return (
    BY_CODE.get(codeOf(cause) ?? '') ??
    BY_TEXT.find(([has]) => has.test(text))?.[1] ??
    printable(text).slice(0, MOST_FOREIGN)
  );
}

/** Why a transaction failed: the errors of the commands in it. */
function causes(error: unknown): readonly unknown[] {
  return error instanceof Error && 'previousErrors' in error && Array.isArray(error.previousErrors)
    ? error.previousErrors
    : [];
}
