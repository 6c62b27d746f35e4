#include "timer_queue.h"

#include <utility>

namespace sameroom {

uint64_t TimerQueue::nextDeadline() const { return heap_.empty() ? kNever : heap_[0]->deadline_; }

void TimerQueue::run(uint64_t now) {
  while (!heap_.empty() && heap_[0]->deadline_ <= now) {
    Timer* timer = heap_[0];
    remove(timer);
    timer->callback_(now);
  }
}

void TimerQueue::place(size_t index, Timer* timer) {
  heap_[index] = timer;
  timer->index_ = index;
}

void TimerQueue::siftUp(size_t index) {
  Timer* timer = heap_[index];
  while (index > 0) {
    const size_t parent = (index - 1) / 2;
    if (heap_[parent]->deadline_ <= timer->deadline_) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, timer);
}

void TimerQueue::siftDown(size_t index) {
  Timer* timer = heap_[index];
  for (;;) {
    size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->deadline_ < heap_[child]->deadline_) ++child;
    if (timer->deadline_ <= heap_[child]->deadline_) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, timer);
}

void TimerQueue::insert(Timer* timer) {
  heap_.push_back(timer);
  timer->index_ = heap_.size() - 1;
  siftUp(timer->index_);
}

void TimerQueue::remove(Timer* timer) {
  const size_t index = timer->index_;
  timer->index_ = Timer::kIdle;
  Timer* last = heap_.back();
  heap_.pop_back();
  if (last == timer) return;
  place(index, last);
  siftUp(index);
  siftDown(last->index_);
}

void Timer::arm(uint64_t deadline) {
  cancel();
  deadline_ = deadline;
  queue_.insert(this);
}

void Timer::cancel() {
  if (armed()) queue_.remove(this);
}

}  // namespace sameroom
