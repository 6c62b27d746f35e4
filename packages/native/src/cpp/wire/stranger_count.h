#pragma once
#include <unordered_map>

#include "net/socket_address.h"

namespace sameroom {

// Connections of each host that ICE has not validated. A host is an IPv4 address or an IPv6 /64.
class StrangerCount {
 public:
  size_t of(const SocketAddress& address) const {
    const auto at = counts_.find(hostOf(address));
    return at == counts_.end() ? 0 : at->second;
  }
  void add(const SocketAddress& address) { ++counts_[hostOf(address)]; }
  void remove(const SocketAddress& address) {
    const auto at = counts_.find(hostOf(address));
    if (at != counts_.end() && --at->second == 0) counts_.erase(at);
  }

 private:
  static SocketAddress hostOf(const SocketAddress& address) {
    SocketAddress host = address;
    host.port = 0;
    if (host.family == 6) std::memset(host.ip.data() + 8, 0, 8);
    return host;
  }

  std::unordered_map<SocketAddress, size_t, SocketAddressHash> counts_;
};

}  // namespace sameroom
