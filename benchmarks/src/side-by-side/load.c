/*
 * Asks for one document again and again over a fixed number of connections, for a fixed time, and says what that cost.
 *
 *   load ADDRESS PORT PATH keep-alive|server-closes|client-closes CONNECTIONS SECONDS WARM-UP CORE PID...
 *
 * keep-alive     every connection is used for all its requests
 * server-closes  one request a connection, with "Connection: close"; the next one begins when the server has closed
 * client-closes  one request a connection, without such a header; the client closes when it has the answer, as
 *                cloud-init does
 *
 * Prints one line: requests, failures, seconds, CPU seconds of the processes PID, busy seconds of CORE, and of those in
 * soft interrupts, then the microseconds within which 50 %, 99 % and 99.9 % of the answers were there. The warm-up
 * counts in none of them. A failure is a connection that was refused, broke, or got anything but a whole 200.
 *
 * The time of an answer runs from the first system call for it (connect, or send on an open connection) to the body's
 * last byte.
 */
#define _GNU_SOURCE
#include <netdb.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum mode { KEEP_ALIVE, SERVER_CLOSES, CLIENT_CLOSES };
static const char *const modes[] = {"keep-alive", "server-closes", "client-closes"};

struct connection {
  int fd;
  int sent;
  size_t head;     /* bytes of the head, 0 while it is not whole */
  size_t expected; /* bytes of the answer, known with the head */
  size_t received;
  uint64_t began;
};

/* Buckets of 1/32 of a power of two: off by 3 % at most. */
enum { STEPS = 32, BUCKETS = 64 * STEPS };

static struct addrinfo *server;
static enum mode mode;
static char request[1024];
static size_t request_length;
static int epoll;
static char buffer[256 * 1024];
static uint64_t buckets[BUCKETS], requests, failures, consecutive_failures, now;

static void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int bucket(uint64_t value) {
  if (value < STEPS) return (int)value;
  int power = 63 - __builtin_clzll(value);
  return (power - 4) * STEPS + (int)(value >> (power - 5)) - STEPS;
}

static double microseconds(double share) {
  uint64_t wanted = (uint64_t)((double)requests * share), seen = 0;
  for (int i = 0; i < BUCKETS; i++) {
    seen += buckets[i];
    if (seen <= wanted) continue;
    if (i < STEPS) return i / 1000.0;
    int power = i / STEPS + 4;
    return (double)((uint64_t)(i % STEPS + STEPS) << (power - 5)) / 1000.0;
  }
  return 0;
}

static void ask(struct connection *c) {
  if (send(c->fd, request, request_length, MSG_NOSIGNAL) != (ssize_t)request_length) die("send");
  c->sent = 1;
  c->head = c->received = 0;
}

static void open_one(struct connection *c) {
  c->fd = socket(server->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) die("socket");
  c->sent = 0;
  c->head = c->received = 0;
  c->began = now;
  if (connect(c->fd, server->ai_addr, server->ai_addrlen) < 0 && errno != EINPROGRESS) die("connect");
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event) < 0) die("epoll_ctl");
}

static void again(struct connection *c) {
  close(c->fd);
  open_one(c);
}

static void failed(struct connection *c) {
  failures++;
  if (++consecutive_failures > 1000) {
    fprintf(stderr, "load: 1,000 failures in a row\n");
    exit(1);
  }
  again(c);
}

/* Finds the end of the head and how long the answer will be; false if it is none that we asked for. */
static int read_head(struct connection *c) {
  char *end = memmem(buffer, c->received, "\r\n\r\n", 4);
  if (!end) return c->received < sizeof buffer / 2;
  if (memcmp(buffer, "HTTP/1.1 200", 12) != 0) return 0;
  c->head = (size_t)(end - buffer) + 4;
  *end = 0;
  char *length = strcasestr(buffer, "\r\nContent-Length:");
  if (!length) return 0;
  c->expected = c->head + strtoul(length + 17, NULL, 10);
  return 1;
}

static void complete(struct connection *c) {
  now = nanoseconds();
  buckets[bucket(now - c->began)]++;
  requests++;
  consecutive_failures = 0;
  if (mode == KEEP_ALIVE) {
    c->began = now;
    ask(c);
  } else if (mode == CLIENT_CLOSES) {
    again(c);
  }
}

static void readable(struct connection *c) {
  for (;;) {
    /* A head in parts would have to be kept for each connection. These servers write an answer at once. */
    size_t at = c->head ? 0 : c->received;
    ssize_t count = recv(c->fd, buffer + at, sizeof buffer - at, 0);
    if (count < 0) {
      if (errno != EAGAIN) failed(c);
      return;
    }
    if (count == 0) {
      if (mode == SERVER_CLOSES && c->head && c->received == c->expected) {
        now = nanoseconds();
        again(c);
      } else {
        failed(c);
      }
      return;
    }
    c->received += (size_t)count;
    if (!c->head && !read_head(c)) {
      failed(c);
      return;
    }
    if (c->head && c->received >= c->expected) {
      complete(c);
      if (mode != SERVER_CLOSES) return;
    }
    /* Less than there was room for: there is no more, except for the end that is waited for. */
    if (mode != SERVER_CLOSES || !c->head || c->received < c->expected) return;
  }
}

static double cpu_seconds(char **pids) {
  double ticks = 0;
  for (; *pids; pids++) {
    char name[64];
    unsigned long user, system;
    snprintf(name, sizeof name, "/proc/%s/stat", *pids);
    FILE *stat = fopen(name, "r");
    if (!stat) die(name);
    if (fscanf(stat, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) die(name);
    fclose(stat);
    ticks += (double)(user + system);
  }
  return ticks / (double)sysconf(_SC_CLK_TCK);
}

/* Seconds that a core was busy, and of these in soft interrupts. */
static void core_seconds(const char *core, double *busy, double *softirq) {
  char line[512], wanted[16];
  int length = snprintf(wanted, sizeof wanted, "cpu%s ", core);
  FILE *stat = fopen("/proc/stat", "r");
  *busy = *softirq = 0;
  while (stat && fgets(line, sizeof line, stat)) {
    double v[8] = {0};
    if (strncmp(line, wanted, (size_t)length) != 0) continue;
    sscanf(line + length, "%lf %lf %lf %lf %lf %lf %lf %lf", v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7);
    *busy = (v[0] + v[1] + v[2] + v[5] + v[6]) / (double)sysconf(_SC_CLK_TCK);
    *softirq = v[6] / (double)sysconf(_SC_CLK_TCK);
  }
  if (stat) fclose(stat);
}

static void serve_until(uint64_t end) {
  struct epoll_event events[64];
  while ((now = nanoseconds()) < end) {
    int count = epoll_wait(epoll, events, 64, 100);
    now = nanoseconds();
    for (int i = 0; i < count; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c->sent && events[i].events & (EPOLLERR | EPOLLHUP)) {
        failed(c);
        continue;
      }
      if (!c->sent && events[i].events & EPOLLOUT) ask(c);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && c->sent) readable(c);
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 10) {
    fprintf(stderr, "Usage: load ADDRESS PORT PATH MODE CONNECTIONS SECONDS WARM-UP CORE PID...\n");
    return 2;
  }
  struct addrinfo numbers = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
  int failed = getaddrinfo(argv[1], argv[2], &numbers, &server);
  if (failed) {
    fprintf(stderr, "load: %s, %s: %s (expected: an address and a port)\n", argv[1], argv[2], gai_strerror(failed));
    return 2;
  }
  for (mode = KEEP_ALIVE; mode < CLIENT_CLOSES && strcmp(argv[4], modes[mode]) != 0;) mode++;
  int connections = atoi(argv[5]);
  double seconds = atof(argv[6]), warm_up = atof(argv[7]);
  if (connections < 1 || connections > 20000 || seconds <= 0 || seconds > 600) {
    fprintf(stderr, "load: %s, %s (expected: 1 to 20000 connections, up to 600 s)\n", argv[5], argv[6]);
    return 2;
  }
  alarm((unsigned)(seconds + warm_up) + 10);
  request_length = (size_t)snprintf(request, sizeof request,
      "GET %s HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: Cloud-Init/25.1.4\r\nAccept-Encoding: gzip, deflate\r\n"
      "Accept: */*\r\n%s\r\n", argv[3], mode == SERVER_CLOSES ? "Connection: close\r\n" : "");

  epoll = epoll_create1(EPOLL_CLOEXEC);
  struct connection *all = calloc((size_t)connections, sizeof *all);
  now = nanoseconds();
  for (int i = 0; i < connections; i++) open_one(all + i);
  serve_until(nanoseconds() + (uint64_t)(warm_up * 1e9));

  memset(buckets, 0, sizeof buckets);
  requests = failures = 0;
  double busy, softirq, busy_before, softirq_before, cpu = cpu_seconds(argv + 9);
  core_seconds(argv[8], &busy_before, &softirq_before);
  uint64_t began = nanoseconds();
  serve_until(began + (uint64_t)(seconds * 1e9));
  double took = (double)(nanoseconds() - began) / 1e9;
  cpu = cpu_seconds(argv + 9) - cpu;
  core_seconds(argv[8], &busy, &softirq);
  printf("%lu %lu %.3f %.2f %.2f %.2f %.1f %.1f %.1f\n", requests, failures, took, cpu, busy - busy_before,
      softirq - softirq_before, microseconds(0.5), microseconds(0.99), microseconds(0.999));
  return 0;
}
