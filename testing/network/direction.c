#include "direction.h"

#include <string.h>

#define MS 1000000.0
/* How long the delay takes from one drawn value to the next. */
#define JITTER_STEP_NS 100000000
#define UDP 17

void direction_open(struct direction *direction, uint64_t seed) {
  memset(direction, 0, sizeof *direction);
  direction->dice = seed * 0x9e3779b97f4a7c15ull + 1;
  queue_open(&direction->queue);
}

/* xorshift64*, 0 <= x < 1. */
static double roll(struct direction *direction) {
  uint64_t x = direction->dice;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  direction->dice = x;
  return (double)((x * 0x2545f4914f6cdd1dull) >> 11) / 9007199254740992.0;
}

/* Not drawn when it cannot happen: a seed then gives the same losses with and without the other faults. */
static int happens(struct direction *direction, double ratio) {
  return ratio > 0 && roll(direction) < ratio;
}

static int is_lost(struct direction *direction) {
  const struct shape *shape = &direction->shape;
  if (happens(direction, direction->in_bad_state ? shape->to_good : shape->to_bad)) {
    direction->in_bad_state = !direction->in_bad_state;
  }
  return happens(direction, direction->in_bad_state ? shape->bad_loss : shape->good_loss);
}

static double jitter_ms(struct direction *direction, int64_t now_ns) {
  double most = direction->shape.jitter_ms;
  if (most <= 0) return 0;
  if (now_ns - direction->jitter_since_ns >= JITTER_STEP_NS) {
    direction->jitter_since_ns = now_ns;
    direction->jitter_from = direction->jitter_to;
    direction->jitter_to = roll(direction);
  }
  double share = (double)(now_ns - direction->jitter_since_ns) / JITTER_STEP_NS;
  return most * (direction->jitter_from + (direction->jitter_to - direction->jitter_from) * share);
}

static int is_udp(const uint8_t *bytes, uint32_t size) {
  if (size >= 20 && bytes[0] >> 4 == 4) return bytes[9] == UDP;
  return size >= 40 && bytes[0] >> 4 == 6 && bytes[6] == UDP;
}

/* When the bottleneck has sent it, or -1 when it has no room. */
static int64_t leave_bottleneck(struct direction *direction, int64_t now_ns, uint32_t size) {
  const struct shape *shape = &direction->shape;
  if (shape->bits_per_second <= 0) return now_ns;
  int64_t start_ns = direction->free_ns > now_ns ? direction->free_ns : now_ns;
  if ((double)(start_ns - now_ns) > shape->queue_ms * MS) return -1;
  direction->free_ns = start_ns + (int64_t)(size * 8 * 1e9 / shape->bits_per_second);
  return direction->free_ns;
}

void direction_take(struct direction *direction, int64_t now_ns, const uint8_t *bytes, uint32_t size) {
  const struct shape *shape = &direction->shape;
  struct counters *counters = &direction->counters;
  counters->packets++;
  counters->bytes += size;
  if (shape->cut > 0 || (shape->block_udp > 0 && is_udp(bytes, size))) {
    counters->blocked++;
    return;
  }
  int64_t sent_ns = leave_bottleneck(direction, now_ns, size);
  if (sent_ns < 0) {
    counters->overflowed++;
    return;
  }
  if (is_lost(direction)) {
    counters->lost++;
    return;
  }
  int64_t due_ns = sent_ns + (int64_t)((shape->delay_ms + jitter_ms(direction, now_ns)) * MS);
  if (due_ns < direction->last_due_ns) due_ns = direction->last_due_ns;
  if (happens(direction, shape->reorder)) {
    counters->reordered++;
    due_ns += (int64_t)(shape->reorder_ms * MS);
  } else {
    direction->last_due_ns = due_ns;
  }
  int copies = 1;
  if (happens(direction, shape->duplicate)) {
    counters->duplicated++;
    copies = 2;
  }
  for (; copies > 0; copies--) {
    if (!queue_push(&direction->queue, due_ns, bytes, size)) counters->overflowed++;
  }
}
