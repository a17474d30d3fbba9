/**
 * The DNS numbers that the program uses, under the names of the IANA registry
 * (https://www.iana.org/assignments/dns-parameters).
 */

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  /** 16: the low four bits go into the header and the rest into the OPT record (RFC 6891 §6.1.3). */
  BADVERS: 16,
  /** 23, for DNS cookies (RFC 7873 §8). */
  BADCOOKIE: 23,
} as const;

export const CLASS = { IN: 1, CH: 3, ANY: 255 } as const;

/** The types that answering treats specially; src/zone knows the numbers of others. */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  HINFO: 13,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  CDS: 59,
  CDNSKEY: 60,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
} as const;

/** Bits of the header's second 16-bit word (RFC 1035 §4.1.1). */
export const FLAG = { QR: 0x8000, AA: 0x0400, TC: 0x0200, RD: 0x0100 } as const;

export const EDNS_OPTION = {
  /** RFC 5001. */
  NSID: 3,
  /** RFC 7871. */
  CLIENT_SUBNET: 8,
  /** RFC 7873. */
  COOKIE: 10,
  /** RFC 7828. */
  TCP_KEEPALIVE: 11,
  /** RFC 7830. */
  PADDING: 12,
  /** RFC 8914. */
  EXTENDED_ERROR: 15,
} as const;

/** Why there is no answer (RFC 8914 §4). 0 is "other", which is sent only with a text and means nothing without one. */
export const EXTENDED_ERROR = {
  NONE: 0,
  OTHER: 0,
  FILTERED: 17,
  PROHIBITED: 18,
  NOT_AUTHORITATIVE: 20,
  NOT_SUPPORTED: 21,
  INVALID_DATA: 24,
} as const;
