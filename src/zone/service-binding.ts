/**
 * SVCB and HTTPS records in the form of RFC 9460 §2.1: `1 . alpn=h2,h3`, or `0 alias.example.` for an alias. Anything that
 * clients would have to ignore is refused.
 */

import { encodeName } from '../wire/names.js';
import { QUOTED } from './character-strings.js';
import { readServiceTarget } from './names.js';
import { type RecordData, readRaw, readUint } from './record-text.js';
import { nameOfKey, readParameter, SERVICE_KEY, type ServiceParameter } from './service-parameters.js';
import { isTextFault, type TextFault } from './text-fault.js';

type ServiceType = 'HTTPS' | 'SVCB';

const HEAD = /^\s*(\d+)\s+(\S+)(?:\s+|$)/;
const PARAMETER = new RegExp(`([^\\s="]+)(?:=(?:(${QUOTED})|((?:[^\\s"\\\\]|\\\\.)*)))?(?:\\s+|$)`, 'sy');

/** `PRIORITY TARGET PARAMETER…`; or bytes (RFC 3597 §5). */
export function readServiceBinding(
  type: ServiceType,
): (text: string) => RecordData<ServiceType | 'RAW'> | TextFault {
  return (text) => {
    if (/^\s*\\#/.test(text)) return readRaw(text);
    const [head = '', number, name = ''] = HEAD.exec(text) ?? [];
    const priority = readUint(number, 65_535);
    if (priority === null) {
      const form = 'PRIORITY TARGET PARAMETERS such as "1 . alpn=h2,h3", or "0 ALIAS"';
      return { fault: `"${text}" is not a record of type ${type}, expected ${form}` };
    }
    const target = readServiceTarget(name);
    if (isTextFault(target)) return target;
    const parameters = readParameters(text.slice(head.length));
    if (isTextFault(parameters)) return parameters;
    const fault = faultOf(priority, parameters);
    return fault === undefined ? { type, priority, target, parameters } : { fault };
  };
}

/** In ascending order of their keys (RFC 9460 §2.2). */
function readParameters(text: string): readonly ServiceParameter[] | TextFault {
  const parameters: ServiceParameter[] = [];
  PARAMETER.lastIndex = 0;
  while (PARAMETER.lastIndex < text.length) {
    const rest = text.slice(PARAMETER.lastIndex);
    const [, name, quoted, bare] = PARAMETER.exec(text) ?? [];
    if (name === undefined) return { fault: `"${rest}" is not a parameter, expected one such as alpn=h2,h3` };
    const read = readParameter(name, quoted?.slice(1, -1) ?? bare);
    if (isTextFault(read)) return read;
    if (parameters.some(({ key }) => key === read.key)) return { fault: `"${name}" is there twice` };
    parameters.push(read);
  }
  return parameters.sort((a, b) => a.key - b.key);
}

/** RFC 9460 §2.4.2, §2.4.3 and §8: faults that make clients ignore parameters, or the whole record. */
function faultOf(priority: number, parameters: readonly ServiceParameter[]): string | undefined {
  if (priority === 0 && parameters.length > 0)
    return 'priority 0 is an alias, whose parameters clients ignore';
  const keys = parameters.map(({ key }) => key);
  if (keys.includes(SERVICE_KEY.NO_DEFAULT_ALPN) && !keys.includes(SERVICE_KEY.ALPN))
    return '"no-default-alpn" needs "alpn" beside it: no protocol would be left';
  const mandatory = Buffer.from(parameters.find(({ key }) => key === SERVICE_KEY.MANDATORY)?.value ?? []);
  for (let i = 0; i < mandatory.length; i += 2) {
    const key = mandatory.readUInt16BE(i);
    if (!keys.includes(key)) return `"${nameOfKey(key)}" is mandatory and not there`;
  }
  return undefined;
}

/** The octets of a record's data (RFC 9460 §2.2). dns2's codec does not know these types. */
export function serviceOctets({ priority, target, parameters }: RecordData<ServiceType>): Uint8Array {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(priority);
  const tail = parameters.flatMap(({ key, value }) => {
    const before = Buffer.alloc(4);
    before.writeUInt16BE(key);
    before.writeUInt16BE(value.length, 2);
    return [before, value];
  });
  return Buffer.concat([head, encodeName(target), ...tail]);
}

/** Whether a record is of one of these types, and not written as bytes. */
export function isServiceBinding(data: RecordData): data is RecordData<ServiceType> {
  return data.type === 'HTTPS' || data.type === 'SVCB';
}

/** The name of a record's first parameter with addresses of its target, if it has one. */
export function hintIn({ parameters }: RecordData<ServiceType>): string | undefined {
  const hint = parameters.find(({ key }) => key === SERVICE_KEY.IPV4HINT || key === SERVICE_KEY.IPV6HINT);
  return hint && nameOfKey(hint.key);
}
