import { type ChildProcess, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { namespacesOf, whyNoNetworks } from "./namespaces.ts";
import { Network, type NetworkClient } from "./network.ts";

const reason = whyNoNetworks();
beforeEach(({ skip }) => skip(reason !== undefined, reason));

/** Sends back what it gets, port 7007. */
const ECHO = `
  const socket = require("node:dgram").createSocket("udp4");
  socket.on("message", (message, { port, address }) => socket.send(message, port, address));
  socket.bind(7007, () => console.log("ready"));`;

let network: Network;
let client: NetworkClient;
let echo: ChildProcess;
let socket: Socket;

beforeEach(async () => {
  network = await Network.open();
  client = await network.addClient();
  echo = client.spawn(process.execPath, ["-e", ECHO], { stdio: ["ignore", "pipe", "inherit"] });
  await once(createInterface(echo.stdout!), "line");
  socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, resolve));
});
afterEach(async () => {
  socket?.close();
  echo?.kill();
  await network?.close();
});

/** The numbers that came back of `count` sent, in the order they came. */
async function sendNumbers(count: number, bytes = 60): Promise<number[]> {
  const came: number[] = [];
  const listen = (message: Buffer) => void came.push(message.readUInt32BE());
  socket.on("message", listen);
  const [link] = client.links;
  for (let number = 0; number < count; number++) {
    const message = Buffer.alloc(bytes);
    message.writeUInt32BE(number);
    socket.send(message, 7007, link!.address);
    // No more on the way than a socket's buffer holds, however slow the other side is; what is cut never comes.
    if (number % 20 !== 19) continue;
    for (let waits = 0; waits === 0 || ((came.at(-1) ?? -1) < number - 100 && waits < 100); waits++)
      await sleep(5);
  }
  for (let before = -1; came.length > before; ) {
    before = came.length;
    await sleep(300);
  }
  socket.off("message", listen);
  return came;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const numbersTo = (count: number) => Array.from({ length: count }, (_, number) => number);

test("without faults everything comes back in order", async () => {
  expect(await sendNumbers(500)).toEqual(numbersTo(500));
});

test("random loss takes its share, and what is counted as lost is what does not come", async () => {
  await client.shape({ down: { loss: 0.1 } });
  const came = await sendNumbers(1000);
  const { down, up } = await client.links[0]!.counters();
  expect(down.packets).toBe(1000);
  expect(down.lost).toBeGreaterThan(60);
  expect(down.lost).toBeLessThan(150);
  expect(came).toHaveLength(1000 - down.lost);
  expect(up.lost).toBe(0);
});

test("losses come in bursts of the length asked for", async () => {
  await client.shape({ down: { burst: { loss: 0.2, packets: 5 } } });
  const came = new Set(await sendNumbers(3000));
  const lost = numbersTo(3000).filter((number) => !came.has(number));
  const bursts = lost.filter((number) => came.has(number - 1)).length;
  expect(lost.length / 3000).toBeGreaterThan(0.12);
  expect(lost.length / 3000).toBeLessThan(0.28);
  expect(lost.length / bursts).toBeGreaterThan(3.5);
  expect(lost.length / bursts).toBeLessThan(7);
});

test("a delay holds back at least for its time, both ways", async () => {
  await client.shape({ down: { delayMs: 30 }, up: { delayMs: 20 } });
  const sentMs = performance.now();
  socket.send(Buffer.alloc(4), 7007, client.links[0]!.address);
  await once(socket, "message");
  expect(performance.now() - sentMs).toBeGreaterThanOrEqual(50);
});

test("jitter keeps the order; reordering does not, and loses nothing", async () => {
  await client.shape({ down: { jitterMs: 40 } });
  expect(await sendNumbers(300)).toEqual(numbersTo(300));
  await client.shape({ down: { reorder: { ratio: 0.1, byMs: 10 } } });
  const came = await sendNumbers(300);
  expect(came).not.toEqual(numbersTo(300));
  expect([...came].sort((left, right) => left - right)).toEqual(numbersTo(300));
});

test("duplicates come twice", async () => {
  await client.shape({ down: { duplicate: 1 } });
  expect(await sendNumbers(50)).toEqual(numbersTo(50).flatMap((number) => [number, number]));
});

test("a bottleneck drops what its queue cannot hold", async () => {
  await client.shape({ down: { rate: { bitsPerSecond: 100_000, queueMs: 200 } } });
  const came = await sendNumbers(200, 1000);
  const { overflowed } = (await client.links[0]!.counters()).down;
  expect(overflowed).toBeGreaterThan(50);
  expect(came).toHaveLength(200 - overflowed);
  await client.shape({});
  expect(await sendNumbers(200)).toHaveLength(200);
});

test("nothing passes a link that is cut, and all of it once it is not", async () => {
  await client.shape({ down: { cut: true } });
  expect(await sendNumbers(20)).toEqual([]);
  await client.shape({});
  expect(await sendNumbers(20)).toHaveLength(20);
});

test("TCP gets through where UDP is blocked", async () => {
  await client.shape({ down: { blockUdp: true }, up: { blockUdp: true } });
  const server = createServer((connection) => connection.end("hello")).listen(0);
  const { port } = server.address() as { port: number };
  const script = `require("node:net").connect(${port}, "${network.serverAddress}").pipe(process.stdout)`;
  const dialled = client.spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(dialled.stdout!), "line");
  server.close();
  expect(line).toBe("hello");
  expect(await sendNumbers(20)).toEqual([]);
});

test("a client that moves to another link is reached at another address, and reaches the same server", async () => {
  const other = await client.addLink();
  client.useLink(1);
  const arrived = once(socket, "message");
  const { port } = socket.address();
  const script = `require("node:dgram").createSocket("udp4").send("moved", ${port}, "${network.serverAddress}", () => process.exit())`;
  client.spawn(process.execPath, ["-e", script]);
  const [message, from] = (await arrived) as [Buffer, { address: string }];
  expect([String(message), from.address]).toEqual(["moved", other.address]);
});

test("a client that has moved back is reached where it was", async () => {
  await client.addLink();
  client.useLink(1);
  client.useLink(0);
  expect(await sendNumbers(20)).toEqual(numbersTo(20));
});

test("closing leaves neither namespace nor device", async () => {
  const number = Number(network.serverAddress.split(".")[2]);
  expect(namespacesOf(number)).toHaveLength(1);
  await network.close();
  expect(namespacesOf(number)).toEqual([]);
  expect(Object.keys(networkInterfaces()).filter((name) => name.startsWith(`sr${number}l`))).toEqual([]);
});

test("what a killed process leaves behind is swept by whoever comes next", async () => {
  const owner = spawn(
    process.execPath,
    ["--import", "tsx", fileURLToPath(new URL("network.fixture.ts", import.meta.url))],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [address] = (await once(createInterface(owner.stdout!), "line")) as [string];
  const number = Number(address.split(".")[2]);
  expect(namespacesOf(number)).toHaveLength(1);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  const next = await Network.open();
  try {
    if (next.serverAddress === address) expect(namespacesOf(number)).toEqual([]);
    await next.addClient();
    expect(namespacesOf(Number(next.serverAddress.split(".")[2]))).toHaveLength(1);
  } finally {
    await next.close();
  }
});
