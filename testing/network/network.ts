import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Link, type TwoWay } from "./link.ts";
import { type Claim, claimNumber, ip, namespaceName, namespacesOf } from "./namespaces.ts";
import type { LinkCounters } from "./shape.ts";

/**
 * A network of this machine's own: the machine is the server, at `serverAddress`; each client is a network namespace
 * with one or more links to it. Everything ends with `close`, or with the process. Needs root (`whyNoNetworks`).
 */
export class Network {
  /** Where the server is reached from every client; put it in `SAMEROOM_ANNOUNCE`. Exists once there is a client. */
  readonly serverAddress: string;
  readonly #claim: Claim;
  readonly #directory: string;
  readonly #clients: NetworkClient[] = [];
  readonly #sweep = () => this.#removeNamespaces();
  #links = 0;

  static async open(): Promise<Network> {
    return new Network(await claimNumber());
  }

  private constructor(claim: Claim) {
    this.#claim = claim;
    this.serverAddress = `10.231.${claim.number}.1`;
    this.#directory = mkdtempSync(join(tmpdir(), "sameroom-network-"));
    process.once("exit", this.#sweep);
  }

  /** A client with one link, without faults. */
  async addClient(): Promise<NetworkClient> {
    const namespace = namespaceName(this.#claim.number, this.#clients.length + 1);
    ip("netns", "add", namespace);
    ip("-n", namespace, "link", "set", "lo", "up");
    const client = new NetworkClient(namespace, this.#directory, (device) => this.#link(namespace, device));
    this.#clients.push(client);
    await client.addLink();
    return client;
  }

  async close(): Promise<void> {
    process.off("exit", this.#sweep);
    for (const client of this.#clients) await client.close();
    this.#removeNamespaces();
    this.#claim.close();
  }

  async #link(namespace: string, farDevice: string): Promise<{ link: Link; address: string }> {
    const index = ++this.#links;
    const nearDevice = `sr${this.#claim.number}l${index}`;
    const address = `10.231.${this.#claim.number}.${index + 1}`;
    const link = await Link.open({ nearDevice, farNamespace: namespace, farDevice, seed: index });
    // No IPv6 of its own accord: what the link counts is what was sent.
    ip("link", "set", nearDevice, "addrgenmode", "none");
    ip("-n", namespace, "link", "set", farDevice, "addrgenmode", "none");
    // The same address at the near end of every link: clients reach one server, whichever way they come.
    ip("address", "add", this.serverAddress, "peer", address, "dev", nearDevice);
    ip("link", "set", nearDevice, "up");
    return { link, address };
  }

  #removeNamespaces(): void {
    for (const name of namespacesOf(this.#claim.number)) ip("netns", "delete", name);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** One way from a client to the server. */
export interface NetworkLink {
  /** The client's own. */
  address: string;
  /** Replaces what the link does, now. */
  shape(impairments: TwoWay): Promise<void>;
  counters(): Promise<{ down: LinkCounters; up: LinkCounters }>;
}

/** A namespace, and programs in it. */
export class NetworkClient {
  readonly namespace: string;
  readonly #directory: string;
  readonly #makeLink: (device: string) => Promise<{ link: Link; address: string }>;
  readonly #links: (NetworkLink & { device: string; link: Link })[] = [];

  constructor(
    namespace: string,
    directory: string,
    makeLink: (device: string) => Promise<{ link: Link; address: string }>,
  ) {
    this.namespace = namespace;
    this.#directory = directory;
    this.#makeLink = makeLink;
  }

  get links(): readonly NetworkLink[] {
    return this.#links;
  }

  /** One more way to the server; nothing goes through it before `useLink`, but for a client's first. */
  async addLink(): Promise<NetworkLink> {
    const device = `eth${this.#links.length}`;
    const { link, address } = await this.#makeLink(device);
    const added = {
      address,
      device,
      link,
      shape: (impairments: TwoWay) => link.shape(impairments),
      counters: () => link.counters(),
    };
    this.#links.push(added);
    if (this.#links.length === 1) this.useLink(0);
    return added;
  }

  /** Moves to another way, as a phone that leaves the house: the others lose their address, and packets with it. */
  useLink(index: number): void {
    for (const { device } of this.#links) {
      ip("-n", this.namespace, "address", "flush", "dev", device);
      ip("-n", this.namespace, "link", "set", device, "down");
    }
    const { device, address } = this.#links[index]!;
    ip("-n", this.namespace, "address", "add", `${address}/32`, "dev", device);
    ip("-n", this.namespace, "link", "set", device, "up");
    ip("-n", this.namespace, "route", "replace", "default", "dev", device);
  }

  /** What the first link does to packets, both ways. */
  async shape(impairments: TwoWay): Promise<void> {
    await this.#links[0]!.shape(impairments);
  }

  /** Path of a program that runs `command` in the namespace: for who wants an executable's path (Playwright). */
  wrap(command: string): string {
    const path = join(this.#directory, `${this.namespace}-${command.replaceAll("/", "_")}`);
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${this.namespace} '${command}' "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Starts a program in the namespace; ending it is the caller's business. */
  spawn(command: string, words: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn("ip", ["netns", "exec", this.namespace, command, ...words], options);
  }

  async close(): Promise<void> {
    for (const { link } of this.#links) await link.close();
  }
}
