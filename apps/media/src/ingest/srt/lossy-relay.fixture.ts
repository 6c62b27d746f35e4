import { createSocket, type Socket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { SeededRandom } from "@sameroom/base/testing";

/** A path to a UDP port on the loopback interface that loses datagrams, both ways; one socket for each sender, as a NAT has. */
export class LossyRelay {
  /** Datagrams lost so far. */
  lost = 0;
  /** Probability of losing one, 0..1. */
  loss = 0;
  readonly #entrance = createSocket("udp4");
  readonly #exits = new Map<number, Socket>();
  readonly #random = new SeededRandom(4);

  static async open(target: number): Promise<LossyRelay> {
    const relay = new LossyRelay();
    relay.#entrance.on("message", (datagram, from) => {
      if (relay.#passes()) relay.#exitOf(from.port).send(datagram, target, "127.0.0.1");
    });
    await new Promise<void>((resolve) => relay.#entrance.bind(0, "127.0.0.1", resolve));
    return relay;
  }

  get port(): number {
    return (this.#entrance.address() as AddressInfo).port;
  }

  close(): void {
    this.#entrance.close();
    for (const exit of this.#exits.values()) exit.close();
  }

  #passes(): boolean {
    if (this.#random.next() >= this.loss) return true;
    this.lost += 1;
    return false;
  }

  #exitOf(port: number): Socket {
    const known = this.#exits.get(port);
    if (known !== undefined) return known;
    const exit = createSocket("udp4");
    exit.on("message", (datagram) => {
      if (this.#passes()) this.#entrance.send(datagram, port, "127.0.0.1");
    });
    this.#exits.set(port, exit);
    return exit;
  }
}
