#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "net/udp_socket.h"

namespace sameroom {

// Commands from the JavaScript thread to the I/O thread, run in order. Posting never waits for the I/O thread.
class CommandQueue {
 public:
  using Command = std::function<void()>;

  CommandQueue();
  // Readable while commands wait.
  int fd() const { return wake_.get(); }
  void post(Command command);
  // I/O thread: clears the descriptor and runs all that wait.
  void run();
  // I/O thread: runs all that wait, at the price of one load when none does.
  void runWaiting();

 private:
  FileDescriptor wake_;
  std::mutex mutex_;
  std::vector<Command> waiting_;  // under the mutex
  std::atomic<bool> any_{false};
  std::vector<Command> running_;  // I/O thread
};

}  // namespace sameroom
