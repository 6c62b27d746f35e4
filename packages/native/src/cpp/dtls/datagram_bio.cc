#include "dtls/datagram_bio.h"

namespace sameroom {
namespace {

DatagramPort* portOf(BIO* bio) { return static_cast<DatagramPort*>(BIO_get_data(bio)); }

int bioWrite(BIO* bio, const char* data, int size) {
  if (size > 0) portOf(bio)->sendDatagram(reinterpret_cast<const uint8_t*>(data), static_cast<size_t>(size));
  return size;
}

int bioRead(BIO* bio, char* out, int capacity) {
  BIO_clear_retry_flags(bio);
  const size_t taken = capacity > 0 ? portOf(bio)->takeDatagram(reinterpret_cast<uint8_t*>(out), static_cast<size_t>(capacity)) : 0;
  if (taken > 0) return static_cast<int>(taken);
  BIO_set_retry_read(bio);
  return -1;
}

long bioControl(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return portOf(bio)->linkMtu();
    default:
      return 0;
  }
}

int bioCreate(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

}  // namespace

BioMethodPtr createDatagramBioMethod() {
  BioMethodPtr method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram"));
  if (!method) return method;
  BIO_meth_set_write(method.get(), bioWrite);
  BIO_meth_set_read(method.get(), bioRead);
  BIO_meth_set_ctrl(method.get(), bioControl);
  BIO_meth_set_create(method.get(), bioCreate);
  return method;
}

BioPtr createDatagramBio(BIO_METHOD* method, DatagramPort* port) {
  BioPtr bio(BIO_new(method));
  if (bio) BIO_set_data(bio.get(), port);
  return bio;
}

}  // namespace sameroom
