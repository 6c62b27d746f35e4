#include "c-loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum { HEADER = 12, TAG = 16, MAX_PACKET = 1500, MAX_BATCH = 64, SINK_BUFFER = 1 << 20, SINK_READS = 16 };

struct viewer {
  EVP_CIPHER_CTX *cipher;
  int sink;
  struct sockaddr_in address;
};

struct sinks {
  int epoll;
  atomic_int stop;
  atomic_ullong received;
};

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Reads and counts, as the receivers of the fan-out benchmark do. */
static void *drain(void *argument) {
  struct sinks *sinks = argument;
  static _Thread_local uint8_t bytes[SINK_READS][65536];
  struct mmsghdr messages[SINK_READS];
  struct iovec vectors[SINK_READS];
  struct epoll_event events[256];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < SINK_READS; i++) {
    vectors[i] = (struct iovec){bytes[i], sizeof bytes[i]};
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  while (!atomic_load(&sinks->stop)) {
    int ready = epoll_wait(sinks->epoll, events, 256, 50);
    for (int e = 0; e < ready; e++) {
      int count = recvmmsg(events[e].data.fd, messages, SINK_READS, MSG_DONTWAIT, NULL);
      for (int i = 0; i < count; i++) atomic_fetch_add(&sinks->received, messages[i].msg_len);
    }
  }
  return NULL;
}

static int open_viewer(struct viewer *viewer, int epoll, uint32_t number) {
  uint8_t key[16];
  memset(key, 0, sizeof key);
  memcpy(key, &number, sizeof number);
  viewer->cipher = EVP_CIPHER_CTX_new();
  viewer->sink = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (viewer->sink < 0 || viewer->cipher == NULL) return errno;
  if (EVP_EncryptInit_ex(viewer->cipher, EVP_aes_128_gcm(), NULL, key, NULL) != 1) return EINVAL;
  int on = 1, buffer = SINK_BUFFER;
  setsockopt(viewer->sink, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
  setsockopt(viewer->sink, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  viewer->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof viewer->address;
  if (bind(viewer->sink, (struct sockaddr *)&viewer->address, length) != 0) return errno;
  if (getsockname(viewer->sink, (struct sockaddr *)&viewer->address, &length) != 0) return errno;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = viewer->sink};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, viewer->sink, &event) == 0 ? 0 : errno;
}

/* One packet for one viewer: header, encrypted payload, tag. Returns its size, 0 when OpenSSL fails. */
static size_t seal(EVP_CIPHER_CTX *cipher, uint32_t number, const uint8_t *payload, size_t size, uint8_t *out) {
  uint8_t iv[12] = {0};
  int written = 0;
  memset(out, 0, HEADER);
  out[0] = 0x80;
  memcpy(out + 4, &number, sizeof number);
  memcpy(iv + 8, &number, sizeof number);
  int ok = EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, iv) == 1 &&
           EVP_EncryptUpdate(cipher, NULL, &written, out, HEADER) == 1 &&
           EVP_EncryptUpdate(cipher, out + HEADER, &written, payload, (int)size) == 1 &&
           EVP_EncryptFinal_ex(cipher, out + HEADER + size, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG, out + HEADER + size) == 1;
  return ok ? HEADER + size + TAG : 0;
}

static ssize_t send_segments(int fd, const struct viewer *viewer, uint8_t *bytes, size_t total, uint16_t segment) {
  struct iovec vector = {bytes, total};
  union {
    struct cmsghdr header;
    uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
  } control;
  memset(&control, 0, sizeof control);
  control.header.cmsg_level = IPPROTO_UDP;
  control.header.cmsg_type = UDP_SEGMENT;
  control.header.cmsg_len = CMSG_LEN(sizeof segment);
  memcpy(CMSG_DATA(&control.header), &segment, sizeof segment);
  struct msghdr message = {.msg_name = (void *)&viewer->address,
                           .msg_namelen = sizeof viewer->address,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control.bytes};
  return sendmsg(fd, &message, MSG_DONTWAIT);
}

static int send_all(int fd, struct viewer *viewers, const struct c_loop_options *o, struct c_loop_result *result) {
  static uint8_t payload[MAX_PACKET];
  static uint8_t out[MAX_BATCH * MAX_PACKET];
  memset(payload, 0x5a, sizeof payload);
  for (uint32_t first = 0; first < o->packets; first += o->batch) {
    uint32_t count = o->packets - first < o->batch ? o->packets - first : o->batch;
    for (uint32_t v = 0; v < o->viewers; v++) {
      size_t total = 0;
      for (uint32_t i = 0; i < count; i++) {
        size_t size = seal(viewers[v].cipher, first + i, payload, o->size, out + total);
        if (size == 0) return EINVAL;
        total += size;
      }
      ssize_t sent = count > 1 ? send_segments(fd, &viewers[v], out, total, (uint16_t)(total / count))
                               : sendto(fd, out, total, MSG_DONTWAIT, (struct sockaddr *)&viewers[v].address,
                                        sizeof viewers[v].address);
      if (sent >= 0) result->sent += count;
      else if (errno == EAGAIN || errno == ENOBUFS) result->dropped += count;
      else return errno;
    }
  }
  return 0;
}

int c_loop_run(const struct c_loop_options *o, struct c_loop_result *result) {
  memset(result, 0, sizeof *result);
  if (o->size == 0 || o->size > MAX_PACKET - HEADER - TAG || o->viewers == 0 || o->batch == 0 || o->batch > MAX_BATCH ||
      o->batch * (o->size + HEADER + TAG) > 65000) {
    return EINVAL;
  }
  struct sinks sinks = {.epoll = epoll_create1(EPOLL_CLOEXEC)};
  struct viewer *viewers = calloc(o->viewers, sizeof *viewers);
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int buffer = 8 << 20;
  int error = fd < 0 || sinks.epoll < 0 || viewers == NULL ? ENOMEM : 0;
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  for (uint32_t i = 0; viewers != NULL && i < o->viewers; i++) viewers[i].sink = -1;
  for (uint32_t i = 0; error == 0 && i < o->viewers; i++) error = open_viewer(&viewers[i], sinks.epoll, i);
  pthread_t thread;
  int drained = error == 0 && pthread_create(&thread, NULL, drain, &sinks) == 0;
  if (error == 0) {
    double cpu = seconds(CLOCK_THREAD_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
    error = send_all(fd, viewers, o, result);
    result->cpu_seconds = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    result->wall_seconds = seconds(CLOCK_MONOTONIC) - wall;
  }
  if (drained) {
    atomic_store(&sinks.stop, 1);
    pthread_join(thread, NULL);
  }
  result->received = atomic_load(&sinks.received) / (o->size + HEADER + TAG);
  for (uint32_t i = 0; viewers != NULL && i < o->viewers; i++) {
    EVP_CIPHER_CTX_free(viewers[i].cipher);
    if (viewers[i].sink >= 0) close(viewers[i].sink);
  }
  if (fd >= 0) close(fd);
  if (sinks.epoll >= 0) close(sinks.epoll);
  free(viewers);
  return error;
}
