#pragma once
#include <optional>
#include <string>
#include <vector>

#include "net/tcp_listener.h"
#include "net/udp_socket.h"

namespace sameroom {

// All sockets of a wire, on one port number.
struct LocalSockets {
  std::vector<UdpSocket> udp;
  std::vector<TcpListener> tcp;

  uint16_t port() const { return udp.front().local().port; }
};

struct BindOptions {
  uint16_t port = 0;  // 0: one that is free on every host, for UDP and TCP
  int bufferBytes = 0;
  bool tcp = true;
};

// Binds every host, or none.
std::optional<LocalSockets> bindAll(const std::vector<std::string>& hosts, const BindOptions& options, BindError& error);

}  // namespace sameroom
