#include "wire/command_queue.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace sameroom {

CommandQueue::CommandQueue() : wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void CommandQueue::post(Command command) {
  bool first;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back(std::move(command));
    any_.store(true, std::memory_order_release);
  }
  if (!first) return;
  const uint64_t one = 1;
  // The counter cannot overflow: it is read before it is written again.
  if (write(wake_.get(), &one, sizeof one) < 0) return;
}

void CommandQueue::run() {
  uint64_t count;
  if (read(wake_.get(), &count, sizeof count) < 0) count = 0;
  runWaiting();
}

void CommandQueue::runWaiting() {
  if (!any_.load(std::memory_order_acquire)) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    running_.swap(waiting_);
    any_.store(false, std::memory_order_relaxed);
  }
  for (Command& command : running_) command();
  running_.clear();
}

}  // namespace sameroom
