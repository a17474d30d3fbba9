// flood: asks as fast as the server answers, with so many queries under way that it never waits, and says how many it
// answered in each second of CPU time that it used. That figure, unlike queries per second, does not depend on how
// fast this program is. With -a each answer is read to its end: are they right, and what scope do they tell?
//
//   flood -p PORT -P PID [-n NAME] [-k NAMES] [-e random|A.B.C] [-d] [-a ANSWERS] [-s SECONDS] [-c COUNT]
//
// One line of JSON on standard output.
#define _GNU_SOURCE
#include <poll.h>
#include <unistd.h>

#include "answer.h"
#include "query.h"
#include "sockets.h"

#define BATCH 64
#define SOCKETS 8
#define WINDOW 64
#define LOST_AFTER 300000000LL  // ns without a word

struct lane {
  int fd;
  int under_way;
  int64_t last_word;
};

struct totals {
  long sent, answered, right, lost, scoped;
  double scopes, octets;
};

static uint8_t out[BATCH][QUERY_MAX], in[BATCH][4096];
static struct mmsghdr out_header[BATCH], in_header[BATCH];
static struct iovec out_vector[BATCH], in_vector[BATCH];

static void prepare(const struct query *q) {
  for (int i = 0; i < BATCH; i++) {
    memcpy(out[i], q->bytes, (size_t)q->length);
    out_vector[i] = (struct iovec){out[i], (size_t)q->length};
    in_vector[i] = (struct iovec){in[i], sizeof in[i]};
    out_header[i].msg_hdr = (struct msghdr){.msg_iov = &out_vector[i], .msg_iovlen = 1};
    in_header[i].msg_hdr = (struct msghdr){.msg_iov = &in_vector[i], .msg_iovlen = 1};
  }
}

static void count(struct totals *sum, const uint8_t *bytes, int length, int question_end, int answers) {
  sum->answered++;
  sum->octets += length;
  if (answers == 0) {
    sum->right += length > 12 && (bytes[3] & 15) == 0 && u16(bytes + 6) > 0;
    return;
  }
  struct answer a = read_answer(bytes, length, question_end, answers);
  sum->right += a.right;
  if (a.scope >= 0) {
    sum->scoped++;
    sum->scopes += a.scope;
  }
}

static int receive(struct lane *lane, struct totals *sum, int question_end, int answers, int64_t now) {
  int any = 0;
  for (;;) {
    int n = recvmmsg(lane->fd, in_header, BATCH, MSG_DONTWAIT, NULL);
    if (n <= 0) return any;
    for (int i = 0; i < n; i++) count(sum, in[i], (int)in_header[i].msg_len, question_end, answers);
    lane->under_way -= n < lane->under_way ? n : lane->under_way;
    lane->last_word = now;
    any = 1;
    if (n < BATCH) return any;
  }
}

// Fills the lane's window; a handful at a time is not worth a system call while most of it is under way.
static int send_more(struct lane *lane, struct totals *sum, const struct query *q, uint32_t *state, long limit) {
  int any = 0;
  while (lane->under_way < WINDOW && sum->sent < limit) {
    long n = WINDOW - lane->under_way;
    if (n > limit - sum->sent) n = limit - sum->sent;
    else if (n < WINDOW / 4) break;
    for (long i = 0; i < n; i++) patch_query(q, out[i], (uint16_t)draw(state), state);
    int done = sendmmsg(lane->fd, out_header, (unsigned)n, MSG_DONTWAIT);
    if (done <= 0) break;
    sum->sent += done;
    lane->under_way += done;
    any = 1;
  }
  return any;
}

// The CPU time that all threads of a process have used, ended ones included.
static double cpu_seconds(pid_t pid) {
  clockid_t clock;
  if (pid == 0) return 0;
  if (clock_getcpuclockid(pid, &clock) != 0) {
    fprintf(stderr, "flood: there is no process %d\n", (int)pid);
    exit(1);
  }
  return (double)now_ns(clock) / 1e9;
}

int main(int argc, char **argv) {
  int port = 0, answers = 0, names = 1, dnssec_ok = 0;
  pid_t pid = 0;
  double seconds = 3;
  long limit = 1L << 60;
  const char *name = "dl.example.org", *subnet = NULL;
  for (int o; (o = getopt(argc, argv, "p:P:n:k:e:da:s:c:")) > 0;) {
    switch (o) {
      case 'p': port = atoi(optarg); break;
      case 'P': pid = atoi(optarg); break;
      case 'n': name = optarg; break;
      case 'k': names = atoi(optarg); break;
      case 'e': subnet = optarg; break;
      case 'd': dnssec_ok = 1; break;
      case 'a': answers = atoi(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'c': limit = atol(optarg); break;
      default: return 2;
    }
  }
  struct query q;
  if (port == 0 || names < 1 || make_query(&q, name, (uint32_t)names, subnet) < 0) return 2;
  if (dnssec_ok) set_dnssec_ok(&q);
  prepare(&q);
  struct lane lanes[SOCKETS];
  struct totals sum = {0};
  uint32_t state = 2463534242u;
  double cpu = cpu_seconds(pid);
  int64_t start = now_ns(CLOCK_MONOTONIC), end = start + (int64_t)(seconds * 1e9), now = start;
  for (int i = 0; i < SOCKETS; i++) lanes[i] = (struct lane){open_socket(port), 0, start};
  while (now < end && sum.answered + sum.lost < limit) {
    int any = 0;
    for (int i = 0; i < SOCKETS; i++) {
      any |= receive(&lanes[i], &sum, q.question_end, answers, now);
      any |= send_more(&lanes[i], &sum, &q, &state, limit);
      if (lanes[i].under_way && now - lanes[i].last_word > LOST_AFTER) {
        sum.lost += lanes[i].under_way;
        lanes[i].under_way = 0;
        lanes[i].last_word = now;
      }
    }
    if (!any) {
      struct pollfd waiting[SOCKETS];
      for (int i = 0; i < SOCKETS; i++) waiting[i] = (struct pollfd){lanes[i].fd, POLLIN, 0};
      poll(waiting, SOCKETS, 5);
    }
    now = now_ns(CLOCK_MONOTONIC);
  }
  cpu = cpu_seconds(pid) - cpu;
  double elapsed = (double)(now - start) / 1e9;
  printf("{\"answered\":%ld,\"right\":%ld,\"lost\":%ld,\"perSecond\":%.0f,\"cpuSeconds\":%.4f,\"perCpuSecond\":%.0f,"
         "\"octets\":%.1f,\"scoped\":%ld,\"meanScope\":%.3f}\n",
         sum.answered, sum.right, sum.lost, sum.answered / elapsed, cpu, cpu > 0 ? sum.answered / cpu : 0,
         sum.answered ? sum.octets / sum.answered : 0, sum.scoped, sum.scoped ? sum.scopes / sum.scoped : 0);
  return 0;
}
