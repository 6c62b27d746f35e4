import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, test } from "vitest";
import { CallerFixture } from "./caller.fixture.ts";
import { SRT_FLAG } from "./capabilities.ts";
import { srtCryptoFixture } from "./crypto.fixture.ts";
import { writeExtensionText } from "./extension-text.ts";
import { SRT_MAGIC } from "./handshake.ts";
import { CALLER_ADDRESS, openListener, SrtRoom } from "./listener.fixture.ts";
import { SRT_EXTENSION } from "./packet.ts";
import { SRT_REJECTION, type SrtRejection } from "./rejection.ts";
import { SenderKeysFixture } from "./sender-keys.fixture.ts";

const PASSPHRASE = "open sesame, please";
const senderKeys = (passphrase: string, keyBytes: number) =>
  new SenderKeysFixture(srtCryptoFixture(new SeededRandom(3)), passphrase, keyBytes);

/** What a caller that is turned away is told. */
function refusalOf(room: SrtRoom): number {
  room.connect();
  expect(room.caller.state).toBe("rejected");
  expect(room.listener.connections).toBe(0);
  return room.caller.rejection - 1000;
}

describe("a caller", () => {
  test("is invited, asked for its stream id, and let in", () => {
    const room = new SrtRoom(openListener(), new CallerFixture({ streamId: "#!::r=room,m=publish,s=key" }));
    room.verdict = "wait";
    room.connect();
    expect(room.caller.state).toBe("calling");
    expect(room.listener.waiting).toBe(1);
    const accepted = new SrtRoom(openListener(), new CallerFixture({ streamId: "abc" })).connect();
    expect(accepted.caller.state).toBe("open");
    expect(accepted.listener.connections).toBe(1);
    const { answer } = accepted.caller;
    expect(answer).toMatchObject({ version: 5, extensionField: 1, flowWindow: 8192, initialSequence: 1000 });
    expect(answer?.socket).toBe(accepted.connection?.socket);
  });

  test("is waited for with the longer of both latencies, within the limit", () => {
    const latencyOf = (latencyMs: number) =>
      new SrtRoom(openListener(), new CallerFixture({ latencyMs })).connect().connection?.latencyMs;
    expect(latencyOf(0)).toBe(120);
    expect(latencyOf(500)).toBe(500);
    expect(latencyOf(60_000)).toBe(8000);
  });

  test("may wait for its answer, and repeats its handshake without being counted twice", () => {
    const room = new SrtRoom(openListener(), new CallerFixture());
    room.verdict = "wait";
    room.connect();
    expect(room.listener.waiting).toBe(1);
    expect(room.listener.pollCalls()).toEqual([]);
  });

  test("gets the same answer again when the first was lost", () => {
    const room = new SrtRoom(openListener(), new CallerFixture()).connect();
    const socket = room.caller.answer?.socket;
    room.caller.answer = undefined;
    room.caller.call(room.nowMs);
    room.run(3);
    expect(room.caller.answer).toMatchObject({ socket });
    expect(room.listener.connections).toBe(1);
  });

  test("is forgotten when nobody answers it", () => {
    const room = new SrtRoom(openListener(), new CallerFixture());
    room.verdict = "wait";
    room.connect().run(6000);
    expect(room.listener.waiting).toBe(0);
  });

  test("cannot be let in once it was forgotten", () => {
    const listener = openListener();
    const room = new SrtRoom(listener, new CallerFixture());
    room.verdict = "wait";
    const calls: Parameters<typeof listener.reject>[0][] = [];
    const poll = listener.pollCalls.bind(listener);
    listener.pollCalls = () => {
      calls.push(...poll());
      return [];
    };
    room.connect().run(6000);
    expect(calls).toHaveLength(1);
    expect(listener.accept(room.nowMs, calls[0]!)).toBeUndefined();
    listener.reject(calls[0]!, "unauthorized");
    expect(listener.pollOutput()).toBeUndefined();
  });

  test("is told why it is turned away", () => {
    const room = new SrtRoom(openListener(), new CallerFixture());
    room.verdict = "unauthorized";
    expect(refusalOf(room)).toBe(SRT_REJECTION.unauthorized);
  });

  const unfit: [SrtRejection, ConstructorParameters<typeof CallerFixture>[0]][] = [
    ["version", { version: 4 }],
    ["messageApi", { flags: 0x3f | SRT_FLAG.stream }],
    ["messageApi", { flags: SRT_FLAG.timedReceiver }],
    ["congestion", { extensions: [{ type: SRT_EXTENSION.congestion, content: writeExtensionText("file") }] }],
    ["filter", { extensions: [{ type: SRT_EXTENSION.filter, content: writeExtensionText("fec,cols:10") }] }],
    ["group", { extensions: [{ type: SRT_EXTENSION.group, content: new Uint8Array(8) }] }],
    ["rogue", { streamId: "x".repeat(513) }],
    ["unsecure", { keys: senderKeys(PASSPHRASE, 16) }],
  ];
  test.each(unfit)("is refused for `%s`", (why, options) => {
    const room = new SrtRoom(openListener(), new CallerFixture(options));
    expect(refusalOf(room)).toBe(SRT_REJECTION[why]);
    expect(room.listener.pollRefusals()).toEqual([{ from: CALLER_ADDRESS, why }]);
  });
});

describe("with a passphrase", () => {
  test.each([16, 24, 32])("a caller with the right one and %i bytes of key is let in", (keyBytes) => {
    const keys = senderKeys(PASSPHRASE, keyBytes);
    const room = new SrtRoom(openListener({ passphrase: PASSPHRASE }), new CallerFixture({ keys })).connect();
    expect(room.caller.state).toBe("open");
    // The key material comes back as it was sent.
    const response = room.caller.answer?.extensions.find(({ type }) => type === SRT_EXTENSION.keyResponse);
    expect(response?.content).toEqual(keys.message());
    expect(room.caller.answer?.encryption).toBe(keyBytes / 8);
  });

  test("another one is told so", () => {
    const caller = new CallerFixture({ keys: senderKeys("open sesame, pleas", 16) });
    expect(refusalOf(new SrtRoom(openListener({ passphrase: PASSPHRASE }), caller))).toBe(
      SRT_REJECTION.badSecret,
    );
  });

  test("a stream in the clear is refused", () => {
    const room = new SrtRoom(openListener({ passphrase: PASSPHRASE }), new CallerFixture());
    expect(refusalOf(room)).toBe(SRT_REJECTION.unsecure);
  });

  test("AES-GCM is refused by name", () => {
    const keys = senderKeys(PASSPHRASE, 16);
    const message = keys.message();
    message[8] = 4;
    keys.message = () => message;
    const room = new SrtRoom(openListener({ passphrase: PASSPHRASE }), new CallerFixture({ keys }));
    expect(refusalOf(room)).toBe(SRT_REJECTION.crypto);
  });
});

describe("a listener", () => {
  test("keeps nothing for callers whose address may be made up", () => {
    const listener = openListener();
    for (let port = 1; port <= 10_000; port += 1) {
      const caller = new CallerFixture();
      caller.call(0);
      const asked = caller.output[0]!;
      listener.handleDatagram(0, asked, { ip: "198.51.100.7", port, local: 0 });
      // No more goes out than came in: nobody is served as an amplifier.
      expect(listener.pollOutput()?.bytes.length).toBe(asked.length);
    }
    expect(listener.waiting).toBe(0);
  });

  test("takes its cookie from the address it gave it to, for a minute at least and two at most", () => {
    const tryAfter = (delayMs: number, port: number) => {
      const listener = openListener();
      const caller = new CallerFixture();
      caller.call(30_000);
      listener.handleDatagram(30_000, caller.output.splice(0)[0]!, CALLER_ADDRESS);
      caller.handle(30_000, listener.pollOutput()!.bytes);
      const conclusion = caller.output.splice(0)[0]!;
      listener.handleDatagram(30_000 + delayMs, conclusion, { ...CALLER_ADDRESS, port });
      return listener.waiting;
    };
    expect(tryAfter(0, CALLER_ADDRESS.port)).toBe(1);
    expect(tryAfter(60_000, CALLER_ADDRESS.port)).toBe(1);
    expect(tryAfter(120_000, CALLER_ADDRESS.port)).toBe(0);
    expect(tryAfter(0, CALLER_ADDRESS.port + 1)).toBe(0);
  });

  test("answers an induction with the mark of SRT", () => {
    const listener = openListener();
    const caller = new CallerFixture();
    caller.call(0);
    listener.handleDatagram(0, caller.output[0]!, CALLER_ADDRESS);
    const { bytes } = listener.pollOutput()!;
    expect(new DataView(bytes.buffer).getUint16(16 + 6)).toBe(SRT_MAGIC);
  });

  /** Callers of one address, each from a port of its own, up to their second handshake. */
  const callFrom = (listener: ReturnType<typeof openListener>, ip: string, port: number, nowMs = 0) => {
    const from = { ip, port, local: 0 };
    const caller = new CallerFixture();
    caller.call(nowMs);
    listener.handleDatagram(nowMs, caller.output.splice(0)[0]!, from);
    caller.handle(nowMs, listener.pollOutput()!.bytes);
    listener.handleDatagram(nowMs, caller.output.splice(0)[0]!, from);
    for (let out = listener.pollOutput(); out !== undefined; out = listener.pollOutput())
      caller.handle(nowMs, out.bytes);
    return caller;
  };

  test("lets so many wait from one address, and so many in all", () => {
    const listener = openListener({ mostWaiting: 20, mostWaitingPerAddress: 8 });
    for (let port = 1; port <= 8; port += 1)
      expect(callFrom(listener, "192.0.2.1", port).state).toBe("calling");
    const ninth = callFrom(listener, "192.0.2.1", 9);
    expect([ninth.state, ninth.rejection - 1000]).toEqual(["rejected", SRT_REJECTION.resource]);
    for (let host = 10; host < 22; host += 1) callFrom(listener, `192.0.2.${host}`, 1);
    expect(listener.waiting).toBe(20);
    expect(callFrom(listener, "192.0.2.99", 1).state).toBe("rejected");
  });

  test("is not kept busy by handshakes of one address, and others still get in", () => {
    const listener = openListener({ mostWaitingPerAddress: 1 });
    for (let port = 1; port <= 1000; port += 1) callFrom(listener, "192.0.2.1", port);
    expect(listener.dropped.budget).toBe(980);
    expect(callFrom(listener, "192.0.2.2", 1).state).toBe("calling");
    expect(listener.waiting).toBe(2);
    // Two seconds later ten more are looked at.
    for (let port = 1; port <= 20; port += 1) callFrom(listener, "192.0.2.1", 2000 + port, 2000);
    expect(listener.dropped.budget).toBe(990);
  });

  test("counts all addresses of an IPv6 network as one", () => {
    const listener = openListener({ mostWaitingPerAddress: 3 });
    for (let host = 1; host <= 5; host += 1) callFrom(listener, `2001:db8:1:2::${host}`, 1);
    expect(listener.waiting).toBe(3);
    callFrom(listener, "2001:db8:1:3::1", 1);
    expect(listener.waiting).toBe(4);
  });

  test("takes no more connections than it may", () => {
    const listener = openListener({ mostConnections: 2 });
    for (let port = 1; port <= 2; port += 1) {
      callFrom(listener, "192.0.2.1", port);
      for (const call of listener.pollCalls()) listener.accept(0, call);
      while (listener.pollOutput() !== undefined);
    }
    expect(listener.connections).toBe(2);
    expect(callFrom(listener, "192.0.2.3", 3).state).toBe("rejected");
  });

  test("takes packets of a connection from its caller's address only", () => {
    const room = new SrtRoom(openListener(), new CallerFixture()).connect();
    room.caller.send(room.nowMs, Uint8Array.of(1, 2, 3));
    const [packet] = room.caller.output.splice(0);
    const other = { ...CALLER_ADDRESS, ip: "203.0.113.9" };
    expect(room.listener.handleDatagram(room.nowMs, packet!, other)).toBeUndefined();
    expect(room.listener.dropped.unknown).toBe(1);
    expect(room.listener.handleDatagram(room.nowMs, packet!, CALLER_ADDRESS)).toBe(room.connection);
  });
});
