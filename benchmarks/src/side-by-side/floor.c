/*
 * The least that a server for one document has to do: accept, read, write, close, over epoll. It parses nothing but
 * the end of a request and whether that asks to close, so whatever does more costs more.
 *
 *   floor ADDRESS PORT FILE
 *
 * FILE holds the whole answer, head and body, as it goes over the wire.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char answer[1 << 20], buffer[16384];

static void die(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "Usage: floor ADDRESS PORT FILE\n");
    return 2;
  }
  FILE *file = fopen(argv[3], "r");
  if (!file) die(argv[3]);
  size_t length = fread(answer, 1, sizeof answer, file);
  fclose(file);

  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) die(argv[1]);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  if (listen(listener, 4096) < 0) die("listen");

  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[64];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int count = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
          event = (struct epoll_event){.events = EPOLLIN | EPOLLRDHUP, .data.fd = fd};
          epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        }
        continue;
      }
      /* A request of these clients comes in one piece, so nothing has to be kept of it. */
      ssize_t received = recv(fd, buffer, sizeof buffer, 0);
      if (received < 4 || memcmp(buffer + received - 4, "\r\n\r\n", 4) != 0) {
        close(fd);
        continue;
      }
      if (send(fd, answer, length, MSG_NOSIGNAL) != (ssize_t)length ||
          memmem(buffer, (size_t)received, "\r\nConnection: close\r\n", 21)) {
        close(fd);
      }
    }
  }
}
