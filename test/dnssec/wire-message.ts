/** Messages for the validator of tests: records as they are on the wire, which no line of the program took apart. */

export interface WireRecord {
  readonly section: 'answer' | 'authority' | 'additional';
  /** In lower case, without trailing dot. */
  readonly owner: string;
  readonly type: number;
  readonly ttl: number;
  readonly data: Buffer;
}

export interface WireMessage {
  readonly flags: number;
  readonly rcode: number;
  readonly aa: boolean;
  readonly tc: boolean;
  /** OPT aside. */
  readonly records: readonly WireRecord[];
  /** Of the OPT record. */
  readonly dnssecOk: boolean;
}

/** Takes a message apart; throws where it is not whole. The data of its records hold no pointers, or it throws as well. */
export function readMessage(octets: Uint8Array): WireMessage {
  const message = Buffer.from(octets);
  const flags = message.readUInt16BE(2);
  let { end: at } = readName(message, 12);
  at += 4;
  const records: WireRecord[] = [];
  let dnssecOk = false;
  for (const [i, section] of (['answer', 'authority', 'additional'] as const).entries()) {
    for (let left = message.readUInt16BE(6 + 2 * i); left > 0; left--) {
      const { name, end } = readName(message, at);
      const type = message.readUInt16BE(end);
      const length = message.readUInt16BE(end + 8);
      at = end + 10 + length;
      if (at > message.length) throw new Error('a record is cut off');
      if (type === 41) dnssecOk = (message.readUInt8(end + 6) & 0x80) !== 0;
      else
        records.push({
          section,
          owner: name,
          type,
          ttl: message.readUInt32BE(end + 4),
          data: message.subarray(end + 10, at),
        });
    }
  }
  if (at !== message.length) throw new Error('something follows');
  return {
    flags,
    rcode: flags & 15,
    aa: (flags & 0x400) !== 0,
    tc: (flags & 0x200) !== 0,
    records,
    dnssecOk,
  };
}

/** The name at an offset, in lower case, and the offset behind it. */
export function readName(message: Buffer, from: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = from;
  let end = -1;
  for (let steps = 0; ; steps++) {
    if (steps > 200) throw new Error('a name leads nowhere');
    const length = message.readUInt8(at);
    if (length >= 0xc0) {
      if (end < 0) end = at + 2;
      at = message.readUInt16BE(at) & 0x3fff;
      continue;
    }
    if (length === 0) break;
    labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: labels.join('.'), end: end < 0 ? at + 1 : end };
}
