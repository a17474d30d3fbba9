/**
 * Answers that break a rule or two of HTTP and that curl and wget fetch all the same, each with the body "hello".
 */
const OK = 'HTTP/1.1 200 OK\r\n';
const END = 'Content-Length: 5\r\n\r\nhello';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const CHUNKS = '5\r\nhello\r\n0\r\n\r\n';

export const ODD_ANSWERS: Readonly<Record<string, string>> = {
  'a blank before a colon': `${OK}Server : x\r\nContent-Length : 5\r\n\r\nhello`,
  'a tab before a colon': `${OK}Server\t: x\r\n${END}`,
  'odd names': `${OK}X Y: a\r\nX(y): a\r\nX@y: a\r\nX\xe9: a\r\n: a\r\n${END}`,
  'control characters in a value': `${OK}X: a\x01b\x1b[31m\x7f\r\n${END}`,
  'a bare CR in a value': `${OK}X: a\rb\r\n${END}`,
  'chunks beside a length': `${OK}${CHUNKED}Content-Length: 5\r\n\r\n${CHUNKS}`,
  'a length beside chunks': `${OK}Content-Length: 5\r\n${CHUNKED}\r\n${CHUNKS}`,
  'chunked twice': `${OK}${CHUNKED}${CHUNKED}\r\n${CHUNKS}`,
  'Transfer-Encoding: identity': `${OK}Transfer-Encoding: identity\r\n\r\nhello`,
  'identity beside a length': `${OK}Transfer-Encoding: identity\r\n${END}`,
  '17 kB of header in one line': `${OK}X: ${'x'.repeat(17_000)}\r\n${END}`,
  '60 kB of header in many': `${OK}${`X: ${'x'.repeat(595)}\r\n`.repeat(100)}${END}`,
  'a length twice': `${OK}Content-Length: 5\r\n${END}`,
  'a length twice in one': `${OK}Content-Length: 5, 5\r\n\r\nhello`,
  'a length with a sign': `${OK}Content-Length: +5\r\n\r\nhello`,
  'a length with a unit': `${OK}Content-Length: 5 bytes\r\n\r\nhello`,
  'a length beyond all measure': `${OK}Content-Length: 99999999999999999999999\r\n\r\nhello`,
  'lone line feeds': `${OK}${END}`.replaceAll('\r', ''),
  'mixed ends of lines': 'HTTP/1.1 200 OK\nContent-Length: 5\r\n\nhello',
  'a folded line': `${OK}X: a\r\n b\r\n${END}`,
  'no reason': `HTTP/1.1 200\r\n${END}`,
  'an odd reason': `HTTP/1.1 200 \xe9\x01\r\n${END}`,
  'two blanks before the status': `HTTP/1.1  200 OK\r\n${END}`,
  'HTTP/1.0 with chunks': `HTTP/1.0 200 OK\r\n${CHUNKED}\r\n${CHUNKS}`,
  'HTTP/2': `HTTP/2 200 OK\r\n${END}`,
  'HTTP/2.0': `HTTP/2.0 200 OK\r\n${END}`,
  'blanks after the size of a chunk': `${OK}${CHUNKED}\r\n5  \r\nhello\r\n0\r\n\r\n`,
  'an odd extension of a chunk': `${OK}${CHUNKED}\r\n5;a\x01\r\nhello\r\n0\r\n\r\n`,
  'a size of a chunk with many zeros': `${OK}${CHUNKED}\r\n0000000000000005\r\nhello\r\n0\r\n\r\n`,
  'lone line feeds between chunks': `${OK}${CHUNKED}\r\n5\nhello\n0\n\n`,
  'many interim answers': `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5)}${OK}${END}`,
};
