/*
 * Opens connections, asks once on each, and keeps them all open until it is ended.
 *
 *   hold ADDRESS PORT PATH COUNT
 *
 * Prints "held COUNT" when all are there. Ends with 1 where one is refused, or answers anything but a 200.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1 << 20], request[1024];

static int die(const char *what) {
  fprintf(stderr, "hold: %s: %s\n", what, strerror(errno));
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "Usage: hold ADDRESS PORT PATH COUNT\n");
    return 2;
  }
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) die(argv[1]);
  int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 169.254.169.254\r\nAccept: */*\r\n\r\n", argv[3]);
  int count = atoi(argv[4]);
  alarm(200);
  for (int i = 0; i < count; i++) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0) die("connect");
    if (send(fd, request, (size_t)length, MSG_NOSIGNAL) != length) die("send");
    size_t received = 0, expected = 0;
    while (!expected || received < expected) {
      ssize_t more = recv(fd, buffer + received, sizeof buffer - 1 - received, 0);
      if (more <= 0) die("recv");
      received += (size_t)more;
      buffer[received] = 0;
      char *end = strstr(buffer, "\r\n\r\n"), *content = strcasestr(buffer, "\r\nContent-Length:");
      if (end && content) expected = (size_t)(end - buffer) + 4 + strtoul(content + 17, NULL, 10);
    }
    if (memcmp(buffer, "HTTP/1.1 200", 12) != 0) {
      errno = EPROTO;
      die("an answer");
    }
  }
  printf("held %d\n", count);
  fflush(stdout);
  alarm(0);
  pause();
  return 0;
}
