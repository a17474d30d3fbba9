// floor: the least that a UDP server can do. It receives a batch, makes each query an answer with one canned A record,
// and sends them: no name is read, no client located. What a server gets of this is what its thinking costs.
//
//   floor PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 64
#define ROOM 2048

static const uint8_t record[16] = {0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1};

int main(int argc, char **argv) {
  static uint8_t bytes[BATCH][ROOM];
  static struct sockaddr_in client[BATCH];
  static struct iovec vector[BATCH];
  static struct mmsghdr header[BATCH];
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  own.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0));
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0) {
    perror("floor: bind");
    return 1;
  }
  for (int i = 0; i < BATCH; i++) {
    vector[i].iov_base = bytes[i];
    header[i].msg_hdr = (struct msghdr){.msg_name = &client[i], .msg_iov = &vector[i], .msg_iovlen = 1};
  }
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      header[i].msg_hdr.msg_namelen = sizeof client[i];
      vector[i].iov_len = ROOM - sizeof record;
    }
    int n = recvmmsg(fd, header, BATCH, MSG_WAITFORONE, NULL);
    for (int i = 0; i < n; i++) {
      size_t length = header[i].msg_len;
      if (length < 12) continue;
      bytes[i][2] |= 0x84;
      bytes[i][7] = 1;
      memcpy(bytes[i] + length, record, sizeof record);
      vector[i].iov_len = length + sizeof record;
    }
    if (n > 0) sendmmsg(fd, header, (unsigned)n, 0);
  }
}
