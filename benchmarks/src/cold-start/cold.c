/*
 * Starts a daemon and is its first guest: asks as soon as it is heard, and then a thousand times, on a new connection each.
 *
 *   cold NETNS ADDRESS PORT COUNT PATH... -- COMMAND...
 *
 * COMMAND is started where this program is; the guest is in the network namespace of the file NETNS. The paths are asked
 * for in turns. A SYN that nobody listens for is lost, and is sent again a second later; so that "as soon as it is heard"
 * means that, there is another attempt every millisecond until one is taken. A guest that was there before is one more
 * process, which asks as the daemon is started, and waits.
 *
 * Prints lines of NAME VALUE: listening, first and early, in milliseconds since COMMAND was started: when the attempt was
 * made that was the first to be taken, when its answer was there, and when that of the guest was who was there before;
 * cpu, the milliseconds of processor time used by then; and for each hundred requests "hundred N P50 P99 MOST", in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ATTEMPTS = 20000, HUNDRED = 100 };

static struct sockaddr_in server;
static struct pollfd attempts[ATTEMPTS];
static double made[ATTEMPTS], began;
static char buffer[1 << 20], request[1024];
static pid_t daemon_pid;

static void die(const char *what) {
  fprintf(stderr, "cold: %s: %s\n", what, strerror(errno));
  if (daemon_pid) kill(daemon_pid, SIGTERM);
  exit(1);
}

static double milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int connecting(int flags) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (fd < 0) die("socket");
  if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) die("connect");
  return fd;
}

/* Sends the request for a path and reads the whole answer, which has to be a 200. */
static void ask(int fd, const char *path) {
  struct timeval patience = {.tv_sec = 20};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  int length = snprintf(request, sizeof request,
      "GET %s HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: Cloud-Init/25.1.4\r\nAccept: */*\r\n\r\n", path);
  if (send(fd, request, (size_t)length, MSG_NOSIGNAL) != length) die("send");
  size_t received = 0, expected = 0;
  while (!expected || received < expected) {
    ssize_t count = recv(fd, buffer + received, sizeof buffer - 1 - received, 0);
    if (count <= 0) die(path);
    received += (size_t)count;
    buffer[received] = 0;
    char *end = strstr(buffer, "\r\n\r\n"), *content = strcasestr(buffer, "\r\nContent-Length:");
    if (end && content) expected = (size_t)(end - buffer) + 4 + strtoul(content + 17, NULL, 10);
  }
  if (memcmp(buffer, "HTTP/1.1 200", 12) != 0) {
    fprintf(stderr, "cold: %s: %.12s (expected: HTTP/1.1 200)\n", path, buffer);
    errno = EPROTO;
    die(path);
  }
}

static int is_taken(struct pollfd *attempt) {
  int error = 0;
  socklen_t size = sizeof error;
  return attempt->revents & POLLOUT && getsockopt(attempt->fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

/* Attempts until one is taken; its number. Those before it ask again by themselves, and would be taken later. */
static int first_taken(void) {
  for (int count = 0; count < ATTEMPTS;) {
    made[count] = milliseconds();
    attempts[count] = (struct pollfd){.fd = connecting(SOCK_NONBLOCK), .events = POLLOUT};
    count++;
    while (milliseconds() < made[count - 1] + 1) {
      struct timespec millisecond = {.tv_nsec = 200000};
      int many = count > 64 ? 64 : count;
      struct pollfd *latest = attempts + count - many;
      if (ppoll(latest, (nfds_t)many, &millisecond, NULL) <= 0) continue;
      for (int i = 0; i < many; i++) {
        if (is_taken(latest + i)) return (int)(latest - attempts) + i;
      }
    }
    if (waitpid(daemon_pid, NULL, WNOHANG) != 0) {
      daemon_pid = 0;
      errno = ECHILD;
      die("the daemon");
    }
  }
  errno = ETIMEDOUT;
  die("the daemon");
  return -1;
}

static void print_cpu(void) {
  char name[64];
  unsigned long user, system;
  snprintf(name, sizeof name, "/proc/%d/stat", daemon_pid);
  FILE *stat = fopen(name, "r");
  if (!stat || fscanf(stat, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) die(name);
  fclose(stat);
  printf("cpu %.0f\n", (double)(user + system) * 1e3 / (double)sysconf(_SC_CLK_TCK));
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void go_on(char **paths, int kinds, int count) {
  double took[HUNDRED];
  for (int i = 0; i < count; i++) {
    double start = milliseconds();
    int fd = connecting(0);
    ask(fd, paths[i % kinds]);
    took[i % HUNDRED] = (milliseconds() - start) * 1e3;
    close(fd);
    if (i % HUNDRED != HUNDRED - 1) continue;
    qsort(took, HUNDRED, sizeof *took, ascending);
    printf("hundred %d %.0f %.0f %.0f\n", i / HUNDRED + 1, took[HUNDRED / 2 - 1], took[HUNDRED - 2], took[HUNDRED - 1]);
  }
}

int main(int argc, char **argv) {
  int paths = 5, command = 5;
  while (command < argc && strcmp(argv[command], "--") != 0) command++;
  if (command == paths || command + 1 >= argc) {
    fprintf(stderr, "Usage: cold NETNS ADDRESS PORT COUNT PATH... -- COMMAND...\n");
    return 2;
  }
  server.sin_family = AF_INET;
  server.sin_port = htons((uint16_t)atoi(argv[3]));
  if (inet_pton(AF_INET, argv[2], &server.sin_addr) != 1) die(argv[2]);
  int netns = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (netns < 0) die(argv[1]);
  alarm(60);

  began = milliseconds();
  daemon_pid = fork();
  if (daemon_pid < 0) die("fork");
  if (daemon_pid == 0) {
    execvp(argv[command + 1], argv + command + 1);
    die(argv[command + 1]);
  }
  if (setns(netns, CLONE_NEWNET) < 0) die(argv[1]);

  pid_t early = fork();
  if (early == 0) {
    daemon_pid = 0;
    int fd = connecting(0);
    ask(fd, argv[paths]);
    printf("early %.0f\n", milliseconds() - began);
    return 0;
  }
  int taken = first_taken();
  fcntl(attempts[taken].fd, F_SETFL, 0);
  ask(attempts[taken].fd, argv[paths]);
  double first = milliseconds();
  printf("listening %.0f\nfirst %.0f\n", made[taken] - began, first - began);
  print_cpu();
  for (int i = taken; i >= 0; i--) close(attempts[i].fd);
  go_on(argv + paths, command - paths, atoi(argv[4]));
  fflush(stdout);
  int status = 1;
  if (early < 0 || waitpid(early, &status, 0) < 0 || status != 0) die("the guest that was there before");
  kill(daemon_pid, SIGTERM);
  waitpid(daemon_pid, NULL, 0);
  return 0;
}
