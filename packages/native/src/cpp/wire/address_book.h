#pragma once
#include <unordered_map>

#include "net/socket_address.h"

namespace sameroom {

class Peer;

// Which validated address belongs to which peer, and the way its datagrams come in.
class AddressBook {
 public:
  struct Entry {
    Peer* peer = nullptr;
    Route route;
  };

  Entry* find(const SocketAddress& address) {
    const auto at = entries_.find(address);
    return at == entries_.end() ? nullptr : &at->second;
  }
  void set(const SocketAddress& address, const Entry& entry) { entries_[address] = entry; }
  void remove(const SocketAddress& address) { entries_.erase(address); }
  size_t size() const { return entries_.size(); }

 private:
  std::unordered_map<SocketAddress, Entry, SocketAddressHash> entries_;
};

}  // namespace sameroom
