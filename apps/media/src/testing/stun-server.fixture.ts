import { createSocket } from "node:dgram";
import { once } from "node:events";
import { parseStun, serializeStun } from "@sameroom/protocol";

let started: Promise<string> | undefined;

/**
 * URL of a STUN server on loopback, one for the test process. werift asks a public one when it is given none and
 * waits five seconds for it.
 */
export function localStunServer(): Promise<string> {
  started ??= (async () => {
    const socket = createSocket("udp4");
    socket.on("message", (datagram, from) => {
      const request = parseStun(Uint8Array.from(datagram));
      if (request?.class !== "request") return;
      const { transactionId } = request;
      const attributes = { xorMappedAddress: `${from.address}:${from.port}` };
      socket.send(serializeStun({ class: "success", transactionId, attributes }), from.port, from.address);
    });
    socket.bind(0, "0.0.0.0");
    await once(socket, "listening");
    socket.unref();
    return `stun:127.0.0.1:${socket.address().port}`;
  })();
  return started;
}
