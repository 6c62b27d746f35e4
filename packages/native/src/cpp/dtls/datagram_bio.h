#pragma once
#include <cstddef>
#include <cstdint>

#include "dtls/openssl_ptr.h"

namespace sameroom {

// What a datagram BIO reads from and writes to. One read takes one whole datagram, one write is one datagram:
// OpenSSL's memory BIO would join them.
class DatagramPort {
 public:
  virtual ~DatagramPort() = default;
  // Copies the waiting datagram; 0 when there is none.
  virtual size_t takeDatagram(uint8_t* out, size_t capacity) = 0;
  virtual void sendDatagram(const uint8_t* data, size_t size) = 0;
  virtual long linkMtu() const = 0;
};

BioMethodPtr createDatagramBioMethod();
// A BIO over `port`, which must outlive it.
BioPtr createDatagramBio(BIO_METHOD* method, DatagramPort* port);

}  // namespace sameroom
