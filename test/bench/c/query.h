// A query for A records, laid out once and then patched in place: its identifier, the digits of its name, and the
// client subnet change from one datagram to the next; its length does not.
#ifndef QUERY_H
#define QUERY_H
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define QUERY_MAX 512

struct query {
  uint8_t bytes[QUERY_MAX];
  int length;
  int question_end;
  int digits_at;     // Where the name's run of # is, and how long.
  int digits;
  uint32_t names;    // The digits are drawn below this.
  int subnet_at;     // Where the three octets of the client subnet are; 0: no EDNS.
  int subnet_fixed;
};

static inline uint32_t draw(uint32_t *state) {  // xorshift32: Marsaglia, "Xorshift RNGs", 2003
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

// The name may have one run of #, which stands for a number below names. subnet is NULL for a query without EDNS,
// "random" for a random /24 in each, or the first three octets, such as 192.0.2.
static int make_query(struct query *q, const char *name, uint32_t names, const char *subnet) {
  memset(q, 0, sizeof *q);
  q->names = names;
  q->bytes[5] = 1;
  if (strlen(name) > 253) return -1;
  int at = 12;
  for (const char *label = name; *label;) {
    int n = (int)strcspn(label, ".");
    if (n == 0 || n > 63) return -1;
    q->bytes[at++] = (uint8_t)n;
    for (int i = 0; i < n; i++, at++) {
      q->bytes[at] = (uint8_t)label[i];
      if (label[i] == '#' && q->digits++ == 0) q->digits_at = at;
    }
    label += n;
    if (*label == '.') label++;
  }
  at++;
  q->bytes[at + 1] = 1;  // A
  q->bytes[at + 3] = 1;  // IN
  at += 4;
  q->question_end = at;
  if (subnet) {
    static const uint8_t opt[] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 11, 0, 8, 0, 7, 0, 1, 24, 0};
    q->bytes[11] = 1;
    memcpy(q->bytes + at, opt, sizeof opt);
    q->subnet_at = at + (int)sizeof opt;
    at = q->subnet_at + 3;
    unsigned a, b, c;
    if (sscanf(subnet, "%u.%u.%u", &a, &b, &c) == 3) {
      q->subnet_fixed = 1;
      q->bytes[q->subnet_at] = (uint8_t)a;
      q->bytes[q->subnet_at + 1] = (uint8_t)b;
      q->bytes[q->subnet_at + 2] = (uint8_t)c;
    }
  }
  q->length = at;
  return 0;
}

// Sets DO, so that signatures are answered; the query has EDNS.
static inline void set_dnssec_ok(struct query *q) { q->bytes[q->question_end + 7] = 0x80; }

static inline void patch_query(const struct query *q, uint8_t *bytes, uint16_t id, uint32_t *state) {
  memcpy(bytes, &id, 2);
  if (q->digits) {
    uint32_t number = draw(state) % q->names;
    for (int i = q->digits - 1; i >= 0; i--, number /= 10) bytes[q->digits_at + i] = (uint8_t)('0' + number % 10);
  }
  if (q->subnet_at && !q->subnet_fixed) {
    uint32_t subnet = draw(state);
    memcpy(bytes + q->subnet_at, &subnet, 3);
  }
}
#endif
