// pace: asks at a steady rate whatever the server does, and says how long each answer took, how many were wrong and
// how many never came. An answer's time is from just before its query is sent to when the kernel has the answer for
// us, so that this program's own lateness is in neither. What it misses of its schedule, when it is itself kept
// waiting, is left out and not made up for: that would be a burst that the server has to pay for.
//
//   pace -p PORT -r RATE [-n NAME] [-k NAMES] [-e random|A.B.C] [-a ANSWERS] [-s SECONDS]
//
// One line of JSON on standard output; times are microseconds. It reads nothing and writes nothing before the end.
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

#include "answer.h"
#include "query.h"
#include "sockets.h"

#define SOCKETS 4
#define IDS 65536
#define LATE 5000000LL         // ns: no answer may take longer because of a swap
#define LAST_WAIT 1000000000LL  // ns that answers have to come after the last query
#define SLACK 1000000LL        // ns of the schedule that are made up for

static int64_t sent_at[SOCKETS][IDS];

static int64_t arrival(struct msghdr *m) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec t;
      memcpy(&t, CMSG_DATA(c), sizeof t);
      return t.tv_sec * 1000000000LL + t.tv_nsec;
    }
  }
  return now_ns(CLOCK_REALTIME);
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double quantile(const int64_t *sorted, long n, double q) {
  if (n == 0) return 0;
  long at = (long)(q * (double)n);
  return (double)sorted[at < n ? at : n - 1] / 1e3;
}

int main(int argc, char **argv) {
  int port = 0, answers = 3, names = 1;
  double rate = 0, seconds = 3;
  const char *name = "dl.example.org", *subnet = NULL;
  for (int o; (o = getopt(argc, argv, "p:r:n:k:e:a:s:")) > 0;) {
    switch (o) {
      case 'p': port = atoi(optarg); break;
      case 'r': rate = atof(optarg); break;
      case 'n': name = optarg; break;
      case 'k': names = atoi(optarg); break;
      case 'e': subnet = optarg; break;
      case 'a': answers = atoi(optarg); break;
      case 's': seconds = atof(optarg); break;
      default: return 2;
    }
  }
  struct query q;
  if (port == 0 || rate <= 0 || names < 1 || make_query(&q, name, (uint32_t)names, subnet) < 0) return 2;
  int fd[SOCKETS], on = 1;
  for (int i = 0; i < SOCKETS; i++) {
    fd[i] = open_socket(port);
    if (setsockopt(fd[i], SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) perror("pace: timestamps");
  }
  long room = (long)(rate * seconds) + 1024, answered = 0, wrong = 0, late = 0, sent = 0, refused = 0;
  int64_t *took = malloc((size_t)room * sizeof *took);
  if (!took) return 1;
  uint8_t out[QUERY_MAX];
  memcpy(out, q.bytes, sizeof out);
  uint32_t state = 2463534242u;
  int64_t gap = (int64_t)(1e9 / rate), start = now_ns(CLOCK_REALTIME), due = start;
  int64_t end = start + (int64_t)(seconds * 1e9), give_up = end + LAST_WAIT, longest_wait = 0, last = start;
  for (int64_t now = start; now < give_up && (now < end || answered + refused < sent); now = now_ns(CLOCK_REALTIME)) {
    if (now - last > longest_wait) longest_wait = now - last;
    last = now;
    if (now - due > SLACK) due = now;
    while (due <= now && now < end && sent < room) {
      int lane = (int)(sent % SOCKETS);
      uint16_t id = (uint16_t)(sent / SOCKETS);
      patch_query(&q, out, id, &state);
      sent_at[lane][id] = now_ns(CLOCK_REALTIME);
      if (send(fd[lane], out, (size_t)q.length, MSG_DONTWAIT) < 0) {
        sent_at[lane][id] = 0;
        refused++;
      }
      sent++;
      due += gap;
    }
    for (int lane = 0; lane < SOCKETS; lane++) {
      for (int i = 0; i < 64; i++) {
        uint8_t in[4096], control[128];
        struct iovec vector = {in, sizeof in};
        struct msghdr m = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        ssize_t n = recvmsg(fd[lane], &m, MSG_DONTWAIT);
        // A refused connection is told for an earlier query, which counts as lost.
        if (n < 0 && errno == ECONNREFUSED) continue;
        if (n < 12) break;
        uint16_t id;
        memcpy(&id, in, 2);
        if (sent_at[lane][id] == 0) continue;
        int64_t time = arrival(&m) - sent_at[lane][id];
        sent_at[lane][id] = 0;
        took[answered++] = time > 0 ? time : 0;
        late += time > LATE;
        wrong += !read_answer(in, (int)n, q.question_end, answers).right;
      }
    }
  }
  qsort(took, (size_t)answered, sizeof *took, ascending);
  printf("{\"sent\":%ld,\"answered\":%ld,\"lost\":%ld,\"wrong\":%ld,\"late\":%ld,\"perSecond\":%.0f,\"p50\":%.0f,"
         "\"p99\":%.0f,\"p999\":%.0f,\"worst\":%.0f,\"ownLongestWait\":%.0f}\n",
         sent, answered, sent - answered, wrong, late, sent / seconds, quantile(took, answered, 0.5),
         quantile(took, answered, 0.99), quantile(took, answered, 0.999), quantile(took, answered, 1),
         (double)longest_wait / 1e3);
  return 0;
}
