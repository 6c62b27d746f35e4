/* One direction of a link: a bottleneck with a queue, then loss, then the way. Time and packets are arguments. */
#ifndef SAMEROOM_LINK_DIRECTION_H
#define SAMEROOM_LINK_DIRECTION_H

#include "queue.h"

/* What is set from outside; ratios are 0..1. */
struct shape {
  /* Gilbert-Elliott: loss in the good and in the bad state, and the chance per packet of going from one to the other. */
  double good_loss, bad_loss, to_bad, to_good;
  double delay_ms;
  /* The delay wanders between 0 and this on top, in order. */
  double jitter_ms;
  /* So many packets are held back by `reorder_ms` while those behind them go on. */
  double reorder, reorder_ms;
  double duplicate;
  /* 0: no bottleneck. A packet that would wait longer than `queue_ms` is dropped. */
  double bits_per_second, queue_ms;
  /* Nothing gets through; no UDP gets through. */
  double cut, block_udp;
};

struct counters {
  uint64_t packets, bytes, lost, overflowed, blocked, reordered, duplicated, delivered;
};

struct direction {
  struct shape shape;
  struct counters counters;
  struct queue queue;
  uint64_t dice;
  int in_bad_state;
  /* When the bottleneck is free again. */
  int64_t free_ns;
  int64_t last_due_ns;
  /* Jitter goes in straight lines from one drawn value to the next. */
  int64_t jitter_since_ns;
  double jitter_from, jitter_to;
};

void direction_open(struct direction *direction, uint64_t seed);
/* Takes an IP packet that was sent at `now_ns`. */
void direction_take(struct direction *direction, int64_t now_ns, const uint8_t *bytes, uint32_t size);

#endif
