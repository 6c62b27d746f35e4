#include "net/udp_socket.h"

#include <netinet/udp.h>

#include <cerrno>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace sameroom {
namespace {

void requestBuffers(int fd, int bytes) {
  // The FORCE variants ignore net.core.[rw]mem_max but need CAP_NET_ADMIN.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  }
}

// Packets of 1200 bytes rarely exceed a path; where they do, fragments arrive and EMSGSIZE would not. It also makes
// forged ICMP "fragmentation needed" messages worthless.
void allowFragmentation(int fd, int family) {
  const int mode = family == AF_INET ? IP_PMTUDISC_DONT : IPV6_PMTUDISC_DONT;
  const int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
  setsockopt(fd, level, family == AF_INET ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, &mode, sizeof mode);
}

}  // namespace

std::optional<UdpSocket> UdpSocket::bind(const SocketAddress& local, int bufferBytes, BindError& error) {
  const auto fail = [&](const char* operation) {
    error = {"UDP " + local.format(), operation, errno};
    return std::nullopt;
  };
  const int family = local.family == 4 ? AF_INET : AF_INET6;
  FileDescriptor fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail("socket");
  const int on = 1;
  if (family == AF_INET6) {
    if (setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) return fail("IPV6_V6ONLY");
    if (setsockopt(fd.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) != 0) return fail("IPV6_RECVPKTINFO");
  } else if (setsockopt(fd.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0) {
    return fail("IP_PKTINFO");
  }
  requestBuffers(fd.get(), bufferBytes);
  allowFragmentation(fd.get(), family);
  sockaddr_storage storage{};
  const socklen_t length = local.toSockaddr(storage);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0) return fail("bind");
  socklen_t actual = sizeof storage;
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&storage), &actual) != 0) return fail("getsockname");
  return UdpSocket(std::move(fd), SocketAddress::fromSockaddr(storage));
}

bool UdpSocket::supportsSegmentation() const {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(fd_.get(), IPPROTO_UDP, UDP_SEGMENT, &value, &length) == 0;
}

bool UdpSocket::enableReceiveOffload() const {
  const int on = 1;
  return setsockopt(fd_.get(), IPPROTO_UDP, UDP_GRO, &on, sizeof on) == 0;
}

}  // namespace sameroom
