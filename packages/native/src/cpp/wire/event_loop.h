#pragma once
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "net/udp_socket.h"
#include "timer_queue.h"
#include "wire/command_queue.h"

namespace sameroom {

// What runs on an event loop's thread.
class LoopClient {
 public:
  virtual ~LoopClient() = default;
  // The descriptor registered with this tag has something to read.
  virtual void onReadable(uint32_t tag, uint64_t now) = 0;
  // The descriptor takes bytes again; only after `watchAgain` asked for it.
  virtual void onWritable(uint32_t, uint64_t) {}
  // After each round. True asks for another round at once instead of waiting.
  virtual bool onRoundEnd(uint64_t now) = 0;
  // The last call, on the loop's thread.
  virtual void onStop() = 0;
};

// A thread around epoll, a timerfd and a command queue.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop() { stop(); }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  TimerQueue& timers() { return timers_; }
  CommandQueue& commands() { return commands_; }
  // Before `start`, or on the loop's thread.
  bool watch(int fd, uint32_t tag);
  // Waits for these events (EPOLLIN, EPOLLOUT) from now on. On the loop's thread.
  void watchAgain(int fd, uint32_t tag, uint32_t events);
  bool start(LoopClient& client, const char* name);
  // Ends and joins the thread. Idempotent.
  void stop();
  // CPU time of the thread so far.
  uint64_t cpuMicros() const;

 private:
  static constexpr uint32_t kCommandTag = 0xffffffffu;
  static constexpr uint32_t kTimerTag = 0xfffffffeu;

  void run();
  void armTimer();

  LoopClient* client_ = nullptr;
  TimerQueue timers_;
  CommandQueue commands_;
  FileDescriptor epoll_;
  FileDescriptor timerFd_;
  uint64_t armedFor_ = TimerQueue::kNever;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  clockid_t cpuClock_{};
  std::atomic<uint64_t> finalCpuMicros_{0};
};

}  // namespace sameroom
