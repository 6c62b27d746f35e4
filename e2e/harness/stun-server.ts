import { createSocket } from "node:dgram";
import { once } from "node:events";
import { parseStun, serializeStun } from "@sameroom/protocol";

let running: Promise<string> | undefined;

/** URL of a STUN server on loopback. Without one werift turns to a server on the internet and waits for it. */
export function localStunServer(): Promise<string> {
  running ??= serve();
  return running;
}

async function serve(): Promise<string> {
  const socket = createSocket("udp4");
  socket.on("message", (datagram, from) => {
    const request = parseStun(Uint8Array.from(datagram));
    if (request?.class !== "request") return;
    const xorMappedAddress = `${from.address}:${from.port}`;
    const { transactionId } = request;
    const answer = serializeStun({ class: "success", transactionId, attributes: { xorMappedAddress } });
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.unref();
  return `stun:127.0.0.1:${socket.address().port}`;
}
