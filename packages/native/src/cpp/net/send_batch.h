#pragma once
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "counters.h"
#include "net/socket_address.h"
#include "net/stream_sink.h"

namespace sameroom {

// Datagrams waiting for the kernel. Consecutive ones for one destination, equal in size but for the last, become one
// segmented message (UDP GSO); messages go out by sendmmsg; each of the two has a fallback taken at run time.
class SendBatch {
 public:
  enum class Path : uint8_t { kGso = 0, kSendmmsg = 1, kSendto = 2 };
  static constexpr size_t kMaxDatagram = 1500;

  // `fds` in the order of `Route::socket`. `fallback` false pins `path`. What goes to the far end of a connection goes to
  // `streams`.
  SendBatch(std::vector<int> fds, Path path, bool fallback, WireCounters& counters, StreamSink& streams);
  ~SendBatch();
  SendBatch(const SendBatch&) = delete;
  SendBatch& operator=(const SendBatch&) = delete;

  Path path() const { return path_; }
  // Room for one datagram of up to `kMaxDatagram` bytes. Flushes first when full. Valid until the next call.
  uint8_t* reserve();
  // Adds what was written to the reserved room.
  void commit(size_t size, const Destination& destination);
  // Copies and adds a datagram; longer than `kMaxDatagram` is dropped.
  void add(const uint8_t* data, size_t size, const Destination& destination);
  void flush();

 private:
  static constexpr size_t kArenaBytes = 128 * 1024;  // stays in the second-level cache
  static constexpr size_t kMaxMessages = 64;
  static constexpr size_t kMaxSegments = 64;       // UDP_MAX_SEGMENTS of older kernels
  static constexpr size_t kMaxMessageBytes = 65000;
  static constexpr int kFailuresBeforeFallback = 8;

  struct Message {
    Destination destination;
    size_t offset;
    size_t bytes;
    size_t segmentBytes;
    uint32_t segments;
    bool closed;
  };
  struct Kernel;

  void prepare(size_t index, const Message& message, bool segmented);
  size_t sendRun(size_t begin, size_t end);
  void onError(size_t index, int error);
  void sendSplit(const Message& message);
  void countSent(const Message& message);
  void fallBack(Path path);

  std::vector<int> fds_;
  Path path_;
  bool fallback_;
  int failures_ = 0;
  WireCounters& counters_;
  StreamSink& streams_;
  std::unique_ptr<uint8_t[]> arena_;
  size_t used_ = 0;
  std::vector<Message> messages_;
  std::unique_ptr<Kernel> kernel_;
};

}  // namespace sameroom
