import type { Duplex } from "node:stream";
import { connect } from "node:tls";
import type { TlsCertificate } from "./tls-certificate.ts";

export interface TrustedConnection {
  host: string;
  port: number;
}

/** A handshake that takes longer is given up, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Opens a TLS connection to a server that shows `own`, whoever vouches for it and whatever name it bears (programs of one installation
 * call each other by loopback addresses), or a certificate that is good for `host`. Rejects for any other.
 */
export function trustingOwn(own: TlsCertificate, { host, port }: TrustedConnection): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...{ host, port, timeout: TIMEOUT_MS, ALPNProtocols: ["http/1.1"] },
      // Nothing is sent before the certificate is looked at below.
      rejectUnauthorized: false,
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    });
    socket.once("error", reject);
    socket.once("timeout", () => socket.destroy(new Error(`${host} port ${port} does not answer`)));
    socket.once("secureConnect", () => {
      socket.setTimeout(0);
      const certificate = socket.getPeerX509Certificate();
      if (socket.authorized || (certificate !== undefined && own.isSame(certificate.raw))) resolve(socket);
      else socket.destroy(toTrustError(host, socket.authorizationError));
    });
  });
}

function toTrustError(host: string, cause: Error): Error {
  return new Error(`${host} shows a certificate that is neither ours nor good for it: ${String(cause)}`);
}
