#pragma once
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "net/socket_address.h"

namespace sameroom {

struct Datagram {
  uint8_t* data;
  size_t size;
  SocketAddress from;
  Route route;
  // Size of each segment when the kernel merged several (UDP_GRO), else 0.
  size_t segmentSize;
  bool truncated;
};

// One recvmmsg call's worth of datagrams, in memory allocated once.
class ReceiveBatch {
 public:
  static constexpr size_t kCapacity = 64;

  // `datagramBytes`: the longest datagram kept whole; longer ones come marked `truncated`.
  explicit ReceiveBatch(size_t datagramBytes);
  ~ReceiveBatch();
  ReceiveBatch(const ReceiveBatch&) = delete;
  ReceiveBatch& operator=(const ReceiveBatch&) = delete;

  // Number of datagrams read without waiting; 0 when there is none.
  size_t receive(int fd, uint16_t socketIndex);
  Datagram at(size_t index) const;

 private:
  struct Storage;

  size_t datagramBytes_;
  uint16_t socketIndex_ = 0;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<uint8_t[]> bytes_;
};

}  // namespace sameroom
