import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** What a test does to a datagram: let it pass, or lose it. */
export type Fate = (datagram: Buffer, direction: "up" | "down") => "pass" | "drop";

/** A piece of network between one peer and the worker: a UDP relay on loopback whose losses the test decides. */
export class UdpPath {
  readonly port: number;
  readonly #front: Socket;
  readonly #back: Socket;
  readonly #workerPort: number;
  #peer: { address: string; port: number } | undefined;
  #fate: Fate = () => "pass";
  dropped = 0;

  private constructor(front: Socket, back: Socket, workerPort: number) {
    this.#front = front;
    this.#back = back;
    this.#workerPort = workerPort;
    this.port = front.address().port;
    front.on("message", (datagram, from) => {
      this.#peer = from;
      if (this.#passes(datagram, "up")) this.#back.send(datagram, this.#workerPort, "127.0.0.1");
    });
    back.on("message", (datagram) => {
      if (this.#peer !== undefined && this.#passes(datagram, "down")) {
        this.#front.send(datagram, this.#peer.port, this.#peer.address);
      }
    });
  }

  static async open(workerPort: number): Promise<UdpPath> {
    const [front, back] = [createSocket("udp4"), createSocket("udp4")];
    front.bind(0, "127.0.0.1");
    back.bind(0, "127.0.0.1");
    await Promise.all([once(front, "listening"), once(back, "listening")]);
    return new UdpPath(front, back, workerPort);
  }

  decide(fate: Fate): void {
    this.#fate = fate;
  }

  close(): void {
    this.#front.close();
    this.#back.close();
  }

  #passes(datagram: Buffer, direction: "up" | "down"): boolean {
    if (this.#fate(datagram, direction) === "pass") return true;
    this.dropped += 1;
    return false;
  }
}

/** RTP and not RTCP (RFC 5761 section 4). */
export function isRtp(datagram: Buffer): boolean {
  const [first = 0, second = 0] = datagram;
  return first >= 128 && first <= 191 && !(second >= 192 && second <= 223);
}
