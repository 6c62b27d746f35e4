#ifndef SAMEROOM_C_LOOP_H
#define SAMEROOM_C_LOOP_H
/* The bare loop the wire is measured against: AES-128-GCM with a context per viewer, then UDP to loopback sinks. */
#include <stddef.h>
#include <stdint.h>

struct c_loop_options {
  uint32_t packets; /* of the publisher; each goes to every viewer */
  uint32_t size;    /* RTP payload bytes */
  uint32_t viewers;
  uint32_t batch; /* packets per UDP_SEGMENT message; 1 sends each by sendto */
};

struct c_loop_result {
  uint64_t sent;
  uint64_t dropped; /* the socket buffer was full */
  uint64_t received;
  double cpu_seconds;  /* of the sending thread */
  double wall_seconds;
};

/* 0, or the errno of what failed. */
int c_loop_run(const struct c_loop_options *options, struct c_loop_result *result);

#endif
