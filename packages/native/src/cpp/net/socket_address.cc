#include "net/socket_address.h"

#include <arpa/inet.h>

#include <charconv>

namespace sameroom {
namespace {

constexpr std::string_view kTcpPrefix = "tcp:";

}  // namespace

SocketAddress SocketAddress::fromSockaddr(const sockaddr_storage& storage) {
  SocketAddress out;
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    out.family = 4;
    out.port = ntohs(v4.sin_port);
    std::memcpy(out.ip.data(), &v4.sin_addr, 4);
  } else if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    out.family = 6;
    out.port = ntohs(v6.sin6_port);
    std::memcpy(out.ip.data(), &v6.sin6_addr, 16);
  }
  return out;
}

std::optional<SocketAddress> SocketAddress::parseHost(std::string_view host, uint16_t port) {
  SocketAddress out;
  out.port = port;
  const std::string text(host);
  if (inet_pton(AF_INET, text.c_str(), out.ip.data()) == 1) {
    out.family = 4;
    return out;
  }
  out.ip.fill(0);
  if (inet_pton(AF_INET6, text.c_str(), out.ip.data()) == 1) {
    out.family = 6;
    return out;
  }
  return std::nullopt;
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
  const bool tcp = text.substr(0, kTcpPrefix.size()) == kTcpPrefix;
  if (tcp) text.remove_prefix(kTcpPrefix.size());
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.size() > 64) return std::nullopt;
  const std::string_view digits = text.substr(colon + 1);
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0 || port > 65535) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  auto out = parseHost(host, static_cast<uint16_t>(port));
  if (!out || (out->family == 6) != bracketed) return std::nullopt;
  out->tcp = tcp;
  return out;
}

socklen_t SocketAddress::toSockaddr(sockaddr_storage& storage) const {
  if (family == 4) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    v4 = {};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, ip.data(), 4);
    return sizeof(sockaddr_in);
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
  v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&v6.sin6_addr, ip.data(), 16);
  return sizeof(sockaddr_in6);
}

std::string SocketAddress::format() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(family == 4 ? AF_INET : AF_INET6, ip.data(), text, sizeof text);
  std::string out(tcp ? kTcpPrefix : std::string_view());
  out += family == 4 ? std::string(text) : "[" + std::string(text) + "]";
  return out + ":" + std::to_string(port);
}

}  // namespace sameroom
