#pragma once
#include <memory>
#include <unordered_map>

#include "binding/napi_value.h"
#include "binding/waker.h"
#include "wire/wire_core.h"

namespace sameroom {

// The JavaScript thread's side of a wire: it posts commands and reads counters; everything else is the I/O thread's.
class WireInstance {
 public:
  WireInstance() : events([this] { waker.wake(); }) {}
  ~WireInstance() { close(); }
  WireInstance(const WireInstance&) = delete;
  WireInstance& operator=(const WireInstance&) = delete;

  // Throws in JavaScript and returns false on failure.
  bool open(Args& args);
  void close();

  template <typename Command>
  void post(Command command) {
    if (core) loop->commands().post([target = core.get(), command = std::move(command)] { command(*target); });
  }

  // Of both threads, so far.
  uint64_t cpuMicros() const {
    return core && loop ? loop->cpuMicros() + core->handshakeCpuMicros() : finalCpuMicros;
  }

  uint16_t port = 0;
  std::string fingerprint;
  WireCounters counters;
  Waker waker;
  EventQueue events;
  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<WireCore> core;
  std::unordered_map<uint32_t, std::shared_ptr<OutputCounters>> outputs;
  uint64_t finalCpuMicros = 0;
};

}  // namespace sameroom
