/**
 * Converts a record's data from a master file into the form of our zone files, or tells why that is impossible.
 */
import { RECORD_FORMS } from '../zone/record-forms.js';
import { rawTypeNumber } from '../zone/record-types.js';
import { isTextFault, type TextFault } from '../zone/text-fault.js';
import { absoluteName, type MasterRecord } from './master-file.js';
import type { Field } from './master-lines.js';

/** The position of the name in the data. Names are relative to the origin in master files, and absolute in ours. */
const NAMES: Readonly<Record<string, number>> = { CNAME: 0, NS: 0, PTR: 0, MX: 1, HTTPS: 1, SVCB: 1, SRV: 3 };
/** Types whose data is one-octet numbers and then hexadecimal digits: the count of numbers. */
const DIGESTS: Readonly<Record<string, number>> = { SSHFP: 2, TLSA: 3, SMIMEA: 3 };

/** The text of the data. */
export function recordData({ type, data, origin }: MasterRecord): string | TextFault {
  const form = Object.entries(RECORD_FORMS).find(([name]) => name === type)?.[1].form;
  if (form === undefined) return rawData(type, data);
  const [first] = data;
  // A zone file would have these words as the text itself.
  if (type === 'TXT' && first?.text === '\\#' && !first.quoted)
    return { fault: 'its data is bytes (RFC 3597), which TXT is not written as here' };
  const text =
    type === 'TXT'
      ? textData(data)
      : data
          .map((field, i) => between(data[i - 1], field) + dataField(field, i === NAMES[type], origin))
          .join('');
  return form.safeParse(text).success ? text : { fault: `it is no ${type} record` };
}

/** What parts two fields. The value in alpn="h2,h3" is a field, and belongs to what is before it (RFC 9460 §2.1). */
function between(before: Field | undefined, { quoted }: Field): string {
  const isValue = quoted && before?.quoted === false && before.text.endsWith('=');
  return before === undefined || isValue ? '' : ' ';
}

function dataField({ text, quoted }: Field, isName: boolean, origin: string): string {
  if (quoted) return `"${text}"`;
  return isName && text !== '.' ? absoluteName(text, origin) : text;
}

/** A single string that needs no escapes is written as it is; otherwise all strings are quoted. */
function textData(data: readonly Field[]): string {
  const [only, more] = data;
  const plain =
    only !== undefined && more === undefined && !/[\\"]/.test(only.text) && only.text.trim() === only.text;
  return plain && only.text.length <= 255 ? only.text : data.map(({ text }) => `"${text}"`).join(' ');
}

function rawData(type: string, data: readonly Field[]): string | TextFault {
  const number = rawTypeNumber(type);
  if (isTextFault(number)) return number;
  const words = data.map(({ text }) => text);
  if (words[0] === '\\#') return words.join(' ');
  const numbers = DIGESTS[type];
  const hex = numbers === undefined ? '' : words.slice(numbers).join('');
  if (
    numbers === undefined ||
    !/^(?:[0-9a-f]{2})+$/i.test(hex) ||
    words.slice(0, numbers).some((word) => !/^\d{1,3}$/.test(word))
  )
    return { fault: `${type} is written as bytes here (RFC 3597)` };
  const octets = Buffer.concat([
    Uint8Array.from(words.slice(0, numbers).map(Number)),
    Buffer.from(hex, 'hex'),
  ]);
  return `\\# ${octets.length} ${octets.toString('hex')}`;
}
