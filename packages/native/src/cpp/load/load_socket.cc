#include "load/load_socket.h"

#include <fcntl.h>
#include <netinet/tcp.h>

#include <cerrno>

namespace sameroom {
namespace {

FileDescriptor connectTcp(SocketAddress& local, const SocketAddress& remote, BindError& error) {
  const auto fail = [&](const char* operation) {
    error = {remote.format(), operation, errno};
    return FileDescriptor();
  };
  sockaddr_storage storage{};
  FileDescriptor fd(::socket(local.family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fail("socket");
  socklen_t length = local.toSockaddr(storage);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0) return fail("bind");
  length = remote.toSockaddr(storage);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0) return fail("connect");
  length = sizeof storage;
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&storage), &length) != 0) return fail("getsockname");
  const int on = 1;
  if (setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) return fail("TCP_NODELAY");
  if (fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) return fail("O_NONBLOCK");
  local = SocketAddress::fromSockaddr(storage);
  local.tcp = true;
  return fd;
}

}  // namespace

std::optional<LoadSocket> LoadSocket::open(const SocketAddress& local, const SocketAddress& remote, int bufferBytes,
                                           BindError& error) {
  LoadSocket out(local, remote);
  if (remote.tcp) {
    out.tcp_ = connectTcp(out.local_, remote, error);
    if (!out.tcp_) return std::nullopt;
    return out;
  }
  out.udp_ = UdpSocket::bind(local, bufferBytes, error);
  if (!out.udp_) return std::nullopt;
  out.local_ = out.udp_->local();
  return out;
}

void LoadSocket::enableReceiveOffload() const {
  if (udp_) udp_->enableReceiveOffload();
}

bool LoadSocket::send(const uint8_t* data, size_t size) {
  if (udp_) {
    sockaddr_storage to{};
    const socklen_t length = remote_.toSockaddr(to);
    return sendto(udp_->fd(), data, size, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&to), length) >= 0;
  }
  const bool taken = tcp_ && queue_.push(data, size);
  writeStream();
  return taken;
}

// What the kernel does not take leaves with the next datagram.
void LoadSocket::writeStream() {
  while (tcp_ && !queue_.empty()) {
    const ssize_t count = ::send(tcp_.get(), queue_.data(), queue_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count <= 0) return;
    queue_.wrote(static_cast<size_t>(count));
  }
}

bool LoadSocket::readStream() {
  const size_t kept = received_.size();
  received_.resize(kept + kReadBytes);
  const ssize_t count = recv(tcp_.get(), received_.data() + kept, kReadBytes, MSG_DONTWAIT);
  const bool ended = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
  received_.resize(kept + static_cast<size_t>(count > 0 ? count : 0));
  if (ended) tcp_ = FileDescriptor();
  return count > 0;
}

}  // namespace sameroom
