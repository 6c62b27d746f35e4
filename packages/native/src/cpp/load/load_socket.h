#pragma once
#include <optional>
#include <vector>

#include "net/frames.h"
#include "net/receive_batch.h"
#include "net/udp_socket.h"

namespace sameroom {

// A client's way to the wire: a UDP socket, or a TCP connection that carries datagrams as frames (RFC 4571).
class LoadSocket {
 public:
  // Waits for the connection to a remote address with `tcp`.
  static std::optional<LoadSocket> open(const SocketAddress& local, const SocketAddress& remote, int bufferBytes,
                                        BindError& error);

  // -1 once a connection has ended.
  int fd() const { return udp_ ? udp_->fd() : tcp_.get(); }
  const SocketAddress& local() const { return local_; }
  void enableReceiveOffload() const;
  bool send(const uint8_t* data, size_t size);
  // Calls `onDatagram(const Datagram&)` for what has come in.
  template <typename OnDatagram>
  void receive(ReceiveBatch& batch, OnDatagram onDatagram) {
    if (udp_) {
      const size_t count = batch.receive(udp_->fd(), 0);
      for (size_t i = 0; i < count; ++i) onDatagram(batch.at(i));
      return;
    }
    if (!readStream()) return;
    const FrameCut cut = cutFrames(received_.data(), received_.size(), [&](uint8_t* data, size_t size) {
      Datagram frame{};
      frame.data = data;
      frame.size = size;
      onDatagram(frame);
      return true;
    });
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(cut.consumed));
  }

 private:
  static constexpr size_t kReadBytes = 64 * 1024;

  LoadSocket(const SocketAddress& local, const SocketAddress& remote) : local_(local), remote_(remote) {}
  bool readStream();
  void writeStream();

  SocketAddress local_;
  SocketAddress remote_;
  std::optional<UdpSocket> udp_;
  FileDescriptor tcp_;
  FrameQueue queue_;
  std::vector<uint8_t> received_;
};

}  // namespace sameroom
