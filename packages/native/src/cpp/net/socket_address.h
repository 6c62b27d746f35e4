#pragma once
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace sameroom {

// An IP address and port, small and hashable: where datagrams go, or with `tcp` the far end of a connection. IPv4 uses
// the first four bytes of `ip`. The zone of a link-local IPv6 address is kept in the Route.
struct SocketAddress {
  std::array<uint8_t, 16> ip{};
  uint16_t port = 0;
  uint8_t family = 0;  // 4 or 6
  bool tcp = false;

  bool operator==(const SocketAddress& o) const {
    return port == o.port && family == o.family && tcp == o.tcp && ip == o.ip;
  }

  static SocketAddress fromSockaddr(const sockaddr_storage& storage);
  // `"192.0.2.1:5004"` or `"[2001:db8::1]:5004"`, for TCP with `"tcp:"` before it.
  static std::optional<SocketAddress> parse(std::string_view text);
  // `"192.0.2.1"` or `"2001:db8::1"` with a port of its own.
  static std::optional<SocketAddress> parseHost(std::string_view host, uint16_t port);

  socklen_t toSockaddr(sockaddr_storage& storage) const;
  std::string format() const;
};

struct SocketAddressHash {
  size_t operator()(const SocketAddress& a) const {
    uint64_t high, low;
    std::memcpy(&high, a.ip.data(), 8);
    std::memcpy(&low, a.ip.data() + 8, 8);
    uint64_t h = high * 0x9e3779b97f4a7c15u ^ (low + a.port + (a.tcp ? 0x10000u : 0u)) * 0xc2b2ae3d27d4eb4fu;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9u;
    return static_cast<size_t>(h ^ (h >> 32));
  }
};

// Where a datagram came in: which socket, and which local address it was sent to (RFC 8445: replies leave from there).
struct Route {
  std::array<uint8_t, 16> local{};
  uint32_t interfaceIndex = 0;  // only for link-local IPv6
  uint16_t socket = 0;
  bool hasLocal = false;
};

struct Destination {
  SocketAddress address;
  Route route;
};

}  // namespace sameroom
