import { createSocket, type Socket } from "node:dgram";
import type { Page } from "playwright-core";

/**
 * A network path to the media port that can be cut or be a bad one: datagrams to `127.0.0.N` on the same port number
 * are passed on to the worker and back, one socket for each sender as a NAT would.
 */
export class UdpPath {
  readonly address: string;
  /** Nothing gets through. */
  cut = false;
  /** One datagram in so many is lost in each direction, not in a regular pattern; 0: none. */
  loseOneIn = 0;
  /** Datagrams lost because of `loseOneIn`. */
  lost = 0;
  #dice = 1;
  readonly #entrance: Socket;
  readonly #exits = new Map<string, Socket>();
  readonly #port: number;

  static async open(lastByte: number, port: number): Promise<UdpPath> {
    const path = new UdpPath(`127.0.0.${lastByte}`, port);
    await new Promise<void>((resolve, reject) => {
      path.#entrance.once("error", reject);
      path.#entrance.bind(port, path.address, resolve);
    });
    return path;
  }

  private constructor(address: string, port: number) {
    this.address = address;
    this.#port = port;
    this.#entrance = createSocket("udp4");
    this.#entrance.on("message", (datagram, from) => {
      if (!this.#loses()) this.#exitOf(from.address, from.port).send(datagram, port, "127.0.0.1");
    });
  }

  close(): void {
    this.#entrance.close();
    for (const exit of this.#exits.values()) exit.close();
  }

  #loses(): boolean {
    if (this.cut) return true;
    if (this.loseOneIn === 0) return false;
    // Numerical Recipes' linear congruential generator: the same dice in every run.
    this.#dice = (Math.imul(this.#dice, 1_664_525) + 1_013_904_223) >>> 0;
    const loses = this.#dice / 2 ** 32 < 1 / this.loseOneIn;
    if (loses) this.lost += 1;
    return loses;
  }

  #exitOf(address: string, port: number): Socket {
    const key = `${address}:${port}`;
    let exit = this.#exits.get(key);
    if (exit === undefined) {
      exit = createSocket("udp4");
      exit.on("message", (datagram) => {
        if (!this.#loses()) this.#entrance.send(datagram, port, address);
      });
      exit.on("error", () => {});
      this.#exits.set(key, exit);
    }
    return exit;
  }

  /** Makes a page reach the media port by this path: the candidates in what the server answers name it. */
  async route(page: Page): Promise<void> {
    await page.route(/\/(?:whip|whep)\/|\/sessions\//, async (route) => {
      if (!["POST", "PATCH"].includes(route.request().method())) return route.fallback();
      const response = await route.fetch().catch(() => undefined);
      // The worker is down, or the page has gone.
      if (response === undefined) return route.abort("connectionrefused").catch(() => {});
      const body = await response.text();
      const rewritten = body.replaceAll(
        ` 127.0.0.1 ${this.#port} typ host`,
        ` ${this.address} ${this.#port} typ host`,
      );
      await route.fulfill({ response, body: rewritten });
    });
  }
}
