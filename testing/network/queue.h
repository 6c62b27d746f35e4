/* Packets on their way: a heap ordered by arrival, memory of a fixed size. */
#ifndef SAMEROOM_LINK_QUEUE_H
#define SAMEROOM_LINK_QUEUE_H

#include <stdint.h>

#define PACKET_BYTES 2048
#define QUEUE_PACKETS 8192

struct packet {
  int64_t due_ns;
  /* Order among packets due at the same time. */
  uint64_t turn;
  uint32_t size;
  uint8_t bytes[PACKET_BYTES];
};

struct queue {
  struct packet *slab;
  uint32_t *heap;
  uint32_t *unused;
  uint32_t count;
  uint64_t turns;
};

/* Ends the process when there is no memory. */
void queue_open(struct queue *queue);
/* 0 when the queue is full. */
int queue_push(struct queue *queue, int64_t due_ns, const uint8_t *bytes, uint32_t size);
/* The packet that is due first, or NULL. */
const struct packet *queue_first(const struct queue *queue);
void queue_drop_first(struct queue *queue);

#endif
