#include "net/tcp_listener.h"

#include <netinet/tcp.h>

#include <cerrno>

namespace sameroom {
namespace {

constexpr int kBacklog = 1024;
// Bytes the kernel takes beyond what it may send now. What waits in front of it can still be given up when it is late;
// what the kernel has taken cannot.
constexpr int kUnsentBytes = 32 * 1024;

void setUp(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes, sizeof kUnsentBytes);
}

}  // namespace

std::optional<TcpListener> TcpListener::bind(const SocketAddress& local, BindError& error) {
  const auto fail = [&](const char* operation) {
    error = {"TCP " + local.format(), operation, errno};
    return std::nullopt;
  };
  const int family = local.family == 4 ? AF_INET : AF_INET6;
  FileDescriptor fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail("socket");
  const int on = 1;
  // Connections of the process before this one may linger in TIME_WAIT.
  if (setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) return fail("SO_REUSEADDR");
  if (family == AF_INET6 && setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) {
    return fail("IPV6_V6ONLY");
  }
  sockaddr_storage storage{};
  const socklen_t length = local.toSockaddr(storage);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0) return fail("bind");
  if (::listen(fd.get(), kBacklog) != 0) return fail("listen");
  socklen_t actual = sizeof storage;
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&storage), &actual) != 0) return fail("getsockname");
  return TcpListener(std::move(fd), SocketAddress::fromSockaddr(storage));
}

FileDescriptor TcpListener::accept(SocketAddress& from, int& error) const {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  FileDescriptor fd(accept4(fd_.get(), reinterpret_cast<sockaddr*>(&storage), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) {
    error = errno;
    return fd;
  }
  setUp(fd.get());
  from = SocketAddress::fromSockaddr(storage);
  from.tcp = true;
  return fd;
}

}  // namespace sameroom
