#include "queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void queue_open(struct queue *queue) {
  queue->slab = calloc(QUEUE_PACKETS, sizeof *queue->slab);
  queue->heap = calloc(QUEUE_PACKETS, sizeof *queue->heap);
  queue->unused = calloc(QUEUE_PACKETS, sizeof *queue->unused);
  if (queue->slab == NULL || queue->heap == NULL || queue->unused == NULL) {
    fprintf(stderr, "no memory for a queue\n");
    exit(1);
  }
  queue->count = 0;
  queue->turns = 0;
  for (uint32_t i = 0; i < QUEUE_PACKETS; i++) queue->unused[i] = i;
}

static int is_before(const struct queue *queue, uint32_t left, uint32_t right) {
  const struct packet *a = &queue->slab[queue->heap[left]], *b = &queue->slab[queue->heap[right]];
  return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->turn < b->turn;
}

static void swap(struct queue *queue, uint32_t left, uint32_t right) {
  uint32_t kept = queue->heap[left];
  queue->heap[left] = queue->heap[right];
  queue->heap[right] = kept;
}

int queue_push(struct queue *queue, int64_t due_ns, const uint8_t *bytes, uint32_t size) {
  if (queue->count == QUEUE_PACKETS || size > PACKET_BYTES) return 0;
  /* Unused slots are those behind the heap's count. */
  uint32_t slot = queue->unused[queue->count];
  struct packet *packet = &queue->slab[slot];
  packet->due_ns = due_ns;
  packet->turn = queue->turns++;
  packet->size = size;
  memcpy(packet->bytes, bytes, size);
  uint32_t at = queue->count++;
  queue->heap[at] = slot;
  while (at > 0 && is_before(queue, at, (at - 1) / 2)) {
    swap(queue, at, (at - 1) / 2);
    at = (at - 1) / 2;
  }
  return 1;
}

const struct packet *queue_first(const struct queue *queue) {
  return queue->count == 0 ? NULL : &queue->slab[queue->heap[0]];
}

void queue_drop_first(struct queue *queue) {
  if (queue->count == 0) return;
  queue->unused[--queue->count] = queue->heap[0];
  queue->heap[0] = queue->heap[queue->count];
  for (uint32_t at = 0;;) {
    uint32_t least = at, left = 2 * at + 1, right = left + 1;
    if (left < queue->count && is_before(queue, left, least)) least = left;
    if (right < queue->count && is_before(queue, right, least)) least = right;
    if (least == at) return;
    swap(queue, at, least);
    at = least;
  }
}
