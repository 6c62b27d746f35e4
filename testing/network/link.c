/*
 * A network link in user space between two network namespaces: packets of one TUN device come out of the other, after
 * what `direction.c` does to them. Needs no queueing discipline of the kernel and draws from a seed.
 *
 *   link NEAR_DEVICE FAR_NAMESPACE FAR_DEVICE SEED
 *
 * Standard input, a line each, answered by a line each; the link ends, and with it both devices, when it closes:
 *   down|up <fields of `struct shape`, in order>   -> ok
 *   stats                                          -> fields of `struct counters`, down, then up
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "direction.h"

#define SHAPE_FIELDS (sizeof(struct shape) / sizeof(double))
#define COUNTER_FIELDS (sizeof(struct counters) / sizeof(uint64_t))
/* Packets of one device in a row, then the other's turn. */
#define READ_BURST 64
#define BUSY_TRIES 50

enum { DOWN, UP, DIRECTIONS };

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* A device belongs to the namespace of whoever opens it. */
static int open_device(const char *name) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  // Whoever had it may have been killed a moment ago.
  for (int tries = 0; ioctl(device, TUNSETIFF, &request) < 0; tries++) {
    if (errno != EBUSY || tries == BUSY_TRIES) fail(name);
    usleep(100 * 1000);
  }
  return device;
}

static void enter(int namespace) {
  if (setns(namespace, CLONE_NEWNET) < 0) fail("setns");
}

static int open_namespace(const char *path) {
  int namespace = open(path, O_RDONLY | O_CLOEXEC);
  if (namespace < 0) fail(path);
  return namespace;
}

static void answer_stats(const struct direction *directions) {
  for (int i = 0; i < DIRECTIONS; i++) {
    uint64_t fields[COUNTER_FIELDS];
    memcpy(fields, &directions[i].counters, sizeof fields);
    for (size_t field = 0; field < COUNTER_FIELDS; field++) printf("%llu ", (unsigned long long)fields[field]);
  }
  printf("\n");
}

static void obey(char *line, struct direction *directions) {
  char *word = strtok(line, " ");
  if (word != NULL && strcmp(word, "stats") == 0) return answer_stats(directions);
  if (word == NULL || (strcmp(word, "down") != 0 && strcmp(word, "up") != 0)) {
    printf("unknown order\n");
    return;
  }
  double fields[SHAPE_FIELDS];
  for (size_t field = 0; field < SHAPE_FIELDS; field++) {
    char *number = strtok(NULL, " ");
    if (number == NULL) {
      printf("a number is missing\n");
      return;
    }
    fields[field] = strtod(number, NULL);
  }
  memcpy(&directions[strcmp(word, "up") == 0 ? UP : DOWN].shape, fields, sizeof fields);
  printf("ok\n");
}

/* 0 at the end of the input. */
static int read_orders(struct direction *directions) {
  static char text[4096];
  static size_t length;
  ssize_t got = read(STDIN_FILENO, text + length, sizeof text - 1 - length);
  if (got <= 0) return got < 0 && errno == EINTR;
  length += (size_t)got;
  text[length] = 0;
  char *start = text;
  for (char *end; (end = strchr(start, '\n')) != NULL; start = end + 1) {
    *end = 0;
    obey(start, directions);
  }
  fflush(stdout);
  length = strlen(start);
  memmove(text, start, length);
  return length < sizeof text - 1;
}

static void take_all(int device, struct direction *direction) {
  uint8_t bytes[PACKET_BYTES];
  for (int i = 0; i < READ_BURST; i++) {
    ssize_t size = read(device, bytes, sizeof bytes);
    if (size <= 0) return;
    direction_take(direction, now(), bytes, (uint32_t)size);
  }
}

static void deliver(int device, struct direction *direction) {
  const struct packet *packet;
  while ((packet = queue_first(&direction->queue)) != NULL && packet->due_ns <= now()) {
    /* A device that is down takes nothing: as a cable that is pulled. */
    if (write(device, packet->bytes, packet->size) > 0) direction->counters.delivered++;
    queue_drop_first(&direction->queue);
  }
}

static int64_t next_due(const struct direction *directions, int64_t from_ns) {
  int64_t due_ns = from_ns + 1000000000;
  for (int i = 0; i < DIRECTIONS; i++) {
    const struct packet *packet = queue_first(&directions[i].queue);
    if (packet != NULL && packet->due_ns < due_ns) due_ns = packet->due_ns;
  }
  return due_ns > from_ns ? due_ns - from_ns : 0;
}

int main(int count, char **words) {
  if (count != 5) {
    fprintf(stderr, "link NEAR_DEVICE FAR_NAMESPACE FAR_DEVICE SEED\n");
    return 2;
  }
  int home = open_namespace("/proc/self/ns/net");
  int near = open_device(words[1]);
  enter(open_namespace(words[2]));
  int far = open_device(words[3]);
  enter(home);
  struct direction directions[DIRECTIONS];
  uint64_t seed = strtoull(words[4], NULL, 10);
  for (int i = 0; i < DIRECTIONS; i++) direction_open(&directions[i], seed * DIRECTIONS + (uint64_t)i + 1);
  /* A busy machine must not become jitter of the link. It is a wish: without the right to it the link works, too. */
  struct sched_param priority = {.sched_priority = 1};
  sched_setscheduler(0, SCHED_RR, &priority);
  printf("ready\n");
  fflush(stdout);
  struct pollfd polled[] = {{STDIN_FILENO, POLLIN, 0}, {near, POLLIN, 0}, {far, POLLIN, 0}};
  for (;;) {
    int64_t wait_ns = next_due(directions, now());
    struct timespec wait = {wait_ns / 1000000000, wait_ns % 1000000000};
    if (ppoll(polled, 3, &wait, NULL) < 0 && errno != EINTR) fail("poll");
    if (polled[0].revents != 0 && !read_orders(directions)) return 0;
    if (polled[1].revents & POLLIN) take_all(near, &directions[DOWN]);
    if (polled[2].revents & POLLIN) take_all(far, &directions[UP]);
    deliver(far, &directions[DOWN]);
    deliver(near, &directions[UP]);
  }
}
