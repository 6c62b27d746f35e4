#pragma once
#include <openssl/types.h>

namespace sameroom {

// OpenSSL as handshakes need it, in a library context of its own. To read the public key of a certificate version 3.0 looks
// through all algorithms of a context, which costs a fifth of a handshake; here there are only those that a WebRTC peer may
// use. One for the process, made when it is first asked for. Null when OpenSSL will not.
OSSL_LIB_CTX* handshakeLibrary();

}  // namespace sameroom
