#pragma once
#include <memory>
#include <unordered_map>
#include <vector>

#include "counters.h"
#include "net/receive_batch.h"
#include "net/stream_sink.h"
#include "net/tcp_listener.h"
#include "wire/event_loop.h"
#include "wire/stranger_count.h"
#include "wire/tcp_stream.h"

namespace sameroom {

struct TcpLimits {
  size_t connections = 4096;
  // Time a connection has until ICE has validated its address.
  uint64_t validateMicros = 10'000'000;
  // Silence after which a connection ends.
  uint64_t idleMicros = 30'000'000;
};

// Who gets the frames of connections, and says which far ends it knows.
class TcpStreamOwner {
 public:
  virtual ~TcpStreamOwner() = default;
  virtual void onFrame(const Datagram& frame, uint64_t now) = 0;
  virtual bool isValidated(const SocketAddress& address) = 0;
  virtual void onStreamClosed(const SocketAddress& address) = 0;
};

// ICE-TCP, passive side (RFC 6544 section 4.5): connections in, their frames out as datagrams, and the way back. Bounded
// in connections, in bytes, in time and per host; nothing here ever waits.
class TcpStreams final : public StreamSink {
 public:
  static constexpr size_t kStrangersPerHost = 256;

  TcpStreams(std::vector<TcpListener> listeners, const TcpLimits& limits, EventLoop& loop, WireCounters& counters,
             TcpStreamOwner& owner);
  ~TcpStreams() override;

  // Before the loop starts. False when the loop cannot watch a listener.
  bool start();
  // For tags from `kFirstTag` on.
  void onReadable(uint32_t tag, uint64_t now);
  void onWritable(uint32_t tag, uint64_t now);
  bool has(const SocketAddress& address) const { return byAddress_.count(address) > 0; }
  // ICE has validated this far end.
  void trust(const SocketAddress& address);
  // Gives up frames when the connection is gone or its queue is full.
  void sendFrame(const SocketAddress& to, const uint8_t* data, size_t size) override;
  void flush() override;
  // Ends a connection once what waits has been written.
  void endStream(const SocketAddress& address);
  // Ends what is to end. Streams live until then, whatever happens in a round.
  void onRoundEnd();
  void closeAll();

  static constexpr uint32_t kFirstTag = 0x100;

 private:
  static constexpr uint32_t kFirstStreamTag = 0x1000;
  static constexpr uint32_t kLastStreamTag = 0xf0000000u;
  static constexpr size_t kReadBytes = 16 * 1024;
  static constexpr size_t kWriteEarlyBytes = 64 * 1024;
  static constexpr int kAcceptsPerTurn = 64;
  static constexpr uint64_t kSweepMicros = 1'000'000;

  void accept(const TcpListener& listener, uint64_t now);
  void admit(FileDescriptor fd, const SocketAddress& from, uint64_t now);
  void read(TcpStream& stream, uint64_t now);
  bool takeFrame(TcpStream& stream, uint8_t* data, size_t size, uint64_t now);
  void write(TcpStream& stream, uint64_t now);
  void doom(TcpStream& stream);
  void setTrusted(TcpStream& stream, bool trusted);
  void sweep(uint64_t now);
  void armSweep(uint64_t now);
  void pauseListening();
  uint32_t nextTag();

  const std::vector<TcpListener> listeners_;
  const TcpLimits limits_;
  EventLoop& loop_;
  WireCounters& counters_;
  TcpStreamOwner& owner_;

  std::unordered_map<uint32_t, std::unique_ptr<TcpStream>> streams_;
  std::unordered_map<SocketAddress, TcpStream*, SocketAddressHash> byAddress_;
  StrangerCount strangers_;
  std::vector<uint8_t> scratch_;
  std::vector<TcpStream*> unflushed_;
  std::vector<uint32_t> doomed_;
  uint32_t lastTag_ = kFirstStreamTag - 1;
  bool paused_ = false;
  Timer sweepTimer_;
};

}  // namespace sameroom
