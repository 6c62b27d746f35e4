#include "wire/event_loop.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"

namespace sameroom {

EventLoop::EventLoop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timerFd_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

bool EventLoop::watch(int fd, uint32_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = tag;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::watchAgain(int fd, uint32_t tag, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u32 = tag;
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

bool EventLoop::start(LoopClient& client, const char* name) {
  client_ = &client;
  if (!watch(commands_.fd(), kCommandTag) || !watch(timerFd_.get(), kTimerTag)) return false;
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), name);
  return pthread_getcpuclockid(thread_.native_handle(), &cpuClock_) == 0;
}

void EventLoop::stop() {
  if (!thread_.joinable()) return;
  commands_.post([this] { stopping_.store(true, std::memory_order_relaxed); });
  thread_.join();
}

uint64_t EventLoop::cpuMicros() const {
  const uint64_t done = finalCpuMicros_.load(std::memory_order_relaxed);
  if (done > 0 || !thread_.joinable()) return done;
  return readClockMicros(cpuClock_);
}

void EventLoop::run() {
  // Signals are the main thread's.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  epoll_event events[256];
  bool again = false;
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (!again) armTimer();
    const int count = epoll_wait(epoll_.get(), events, 256, again ? 0 : -1);
    const uint64_t now = monotonicMicros();
    for (int i = 0; i < count; ++i) {
      const uint32_t tag = events[i].data.u32;
      if (tag == kCommandTag) {
        commands_.run();
      } else if (tag == kTimerTag) {
        uint64_t expirations;
        if (read(timerFd_.get(), &expirations, sizeof expirations) < 0) continue;
        armedFor_ = TimerQueue::kNever;
      } else {
        if ((events[i].events & EPOLLOUT) != 0) client_->onWritable(tag, now);
        // An error or the far end's goodbye shows in reading.
        if ((events[i].events & ~uint32_t{EPOLLOUT}) != 0) client_->onReadable(tag, now);
      }
    }
    timers_.run(now);
    again = client_->onRoundEnd(now);
  }
  client_->onStop();
  finalCpuMicros_.store(readClockMicros(CLOCK_THREAD_CPUTIME_ID), std::memory_order_relaxed);
}

void EventLoop::armTimer() {
  const uint64_t deadline = timers_.nextDeadline();
  if (deadline == armedFor_) return;
  armedFor_ = deadline;
  itimerspec spec{};
  if (deadline != TimerQueue::kNever) {
    // Zero would disarm it.
    const uint64_t at = deadline > 0 ? deadline : 1;
    spec.it_value.tv_sec = static_cast<time_t>(at / 1'000'000u);
    spec.it_value.tv_nsec = static_cast<long>(at % 1'000'000u) * 1000;
  }
  timerfd_settime(timerFd_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

}  // namespace sameroom
