// An answer read to its end: whether it is right, and the scope that it tells. Right is an authoritative NOERROR with
// as many A records as are expected, all of them addresses that the pools of this benchmark have.
#ifndef ANSWER_H
#define ANSWER_H
#include <stdint.h>

struct answer {
  int right;
  int scope;  // -1: the answer has no client subnet.
};

static inline int u16(const uint8_t *p) { return p[0] << 8 | p[1]; }

// Gives where a name ends; past the message's end where it does not.
static inline int skip_name(const uint8_t *m, int length, int at) {
  while (at < length) {
    if (m[at] >= 0xc0) return at + 2;
    if (m[at] == 0) return at + 1;
    at += m[at] + 1;
  }
  return length + 1;
}

// 192.0.2.0/24 and 198.18.0.0/15: documentation and benchmarking (RFC 5737, RFC 2544).
static inline int of_a_pool(const uint8_t *a) {
  return (a[0] == 192 && a[1] == 0 && a[2] == 2) || (a[0] == 198 && (a[1] & 0xfe) == 18);
}

static struct answer read_answer(const uint8_t *m, int length, int question_end, int expected) {
  struct answer a = {0, -1};
  if (length < question_end) return a;
  int records = u16(m + 6), all = records + u16(m + 8) + u16(m + 10), good = 0, at = question_end;
  for (int i = 0; i < all; i++) {
    at = skip_name(m, length, at);
    if (at + 10 > length) return a;
    int type = u16(m + at), size = u16(m + at + 8), data = at + 10;
    at = data + size;
    if (at > length) return a;
    if (i < records && type == 1 && size == 4 && of_a_pool(m + data)) good++;
    if (i >= records && type == 41) {
      for (int o = data; o + 4 <= at; o += 4 + u16(m + o + 2)) {
        if (u16(m + o) == 8 && o + 8 <= at) a.scope = m[o + 7];
      }
    }
  }
  a.right = (m[2] & 0x86) == 0x84 && (m[3] & 15) == 0 && records == expected && good == expected;
  return a;
}
#endif
