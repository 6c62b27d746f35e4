import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinBytes, RtmpTestClient } from "../testing/rtmp-client.ts";
import type { AmfObject } from "./amf-value.ts";
import { MESSAGE_TYPE } from "./message-type.ts";
import { RtmpServerConnection } from "./rtmp-server-connection.ts";
import { serializeAmf0 } from "./serialize-amf0.ts";
import type { RtmpEvent } from "./types.ts";

class Pair {
  nowMs = 0;
  readonly client = new RtmpTestClient();
  readonly server = new RtmpServerConnection(0, { random: new SeededRandom(1) });

  /** The client says this; what happens at the server. */
  say(...parts: Uint8Array[]): RtmpEvent[] {
    this.server.handleBytes(this.nowMs, joinBytes(...parts));
    return this.hear();
  }

  hear(): RtmpEvent[] {
    this.client.receive(this.server.pollOutput());
    return this.server.takeEvents();
  }

  wait(ms: number): RtmpEvent[] {
    this.nowMs += ms;
    this.server.handleTimeout(this.nowMs);
    return this.hear();
  }

  /** Up to being on air. */
  publish(): this {
    this.say(this.client.handshake(), this.client.connect(), this.client.publish("the-key"));
    this.server.accept(this.nowMs);
    this.hear();
    this.client.takeMessages();
    return this;
  }
}

/** Codes of the statuses among the commands that came. */
function codes(client: RtmpTestClient): unknown[] {
  return client
    .takeCommands()
    .filter(({ name }) => name === "onStatus")
    .map(({ values }) => (values[1] as AmfObject).get("code"));
}

describe("an RTMP connection", () => {
  it("leads an encoder from the handshake to the question who it is, then on air", () => {
    const { client, server, ...rest } = new Pair();
    const pair = Object.assign(rest, { client, server });
    server.handleBytes(0, client.handshake());
    server.handleBytes(0, joinBytes(client.connect(), client.publish("room?key=secret")));
    expect(server.takeEvents()).toEqual([
      { type: "publish", request: { credential: "secret", room: "room", software: "test/1.0" } },
    ]);
    expect(server.isAsking).toBe(true);
    client.receive(server.pollOutput());
    const answers = client.takeCommands();
    expect(answers.map(({ name, transaction }) => [name, transaction])).toEqual([
      ["_result", 1],
      ["_result", 2],
      ["_result", 3],
      ["onFCPublish", 0],
      ["_result", 4],
    ]);
    expect((answers[0]!.values[1] as AmfObject).get("code")).toBe("NetConnection.Connect.Success");
    expect(answers[4]!.values[1]).toBe(1);
    server.accept(10);
    client.receive(server.pollOutput());
    expect(codes(client)).toEqual(["NetStream.Publish.Start"]);
    expect(pair.server.isPublishing).toBe(true);
  });

  it("tells an encoder that asks by FourCC what is taken, and no other", () => {
    const information = (more: [string, string[]][]) => {
      const pair = new Pair();
      pair.say(pair.client.handshake(), pair.client.connect("live", more));
      return pair.client.takeCommands()[0]!.values[1] as AmfObject;
    };
    const enhanced = information([["fourCcList", ["av01", "hvc1"]]]);
    expect([...(enhanced.get("videoFourCcInfoMap") as AmfObject).keys()]).toContain("hvc1");
    expect([...(enhanced.get("audioFourCcInfoMap") as AmfObject).keys()]).toEqual(["mp4a", "Opus"]);
    expect(information([]).has("videoFourCcInfoMap")).toBe(false);
  });

  it("gives out media and metadata once it is welcome, also what came while nobody knew", () => {
    const pair = new Pair();
    const { client, server } = pair;
    const metadata = serializeAmf0("@setDataFrame", "onMetaData", new Map([["width", 1280]]));
    const events = pair.say(
      client.handshake(),
      client.connect(),
      client.publish("key"),
      client.message(MESSAGE_TYPE.dataAmf0, 0, metadata),
      client.message(MESSAGE_TYPE.video, 40, Uint8Array.of(1, 2, 3)),
    );
    expect(events.map(({ type }) => type)).toEqual(["publish"]);
    server.accept(0);
    expect(pair.hear()).toEqual([
      { type: "metadata", values: new Map([["width", 1280]]) },
      { type: "media", kind: "video", timestampMs: 40, body: Uint8Array.of(1, 2, 3) },
    ]);
    expect(pair.say(client.message(MESSAGE_TYPE.audio, 63, Uint8Array.of(9)))).toMatchObject([
      { type: "media", kind: "audio", timestampMs: 63 },
    ]);
  });

  it("holds little before it is welcome", () => {
    const pair = new Pair();
    pair.say(pair.client.handshake(), pair.client.connect(), pair.client.publish("key"));
    const piece = new Uint8Array(300_000);
    expect([...pair.say(piece), ...pair.say(piece), ...pair.say(piece)]).toEqual([]);
    expect(pair.say(piece)).toMatchObject([{ type: "closed", reason: "media before it was welcome" }]);
  });

  it("tells who is refused why, then ends", () => {
    const pair = new Pair();
    pair.say(pair.client.handshake(), pair.client.connect(), pair.client.publish("wrong"));
    pair.client.takeMessages();
    pair.server.refuse("NetStream.Publish.BadName", "Unauthorized: the key is wrong.");
    expect(pair.hear()).toEqual([
      { type: "closed", cause: "refused", reason: "Unauthorized: the key is wrong." },
    ]);
    const [status] = pair.client.takeCommands();
    expect(status!.values[1]).toEqual(
      new Map([
        ["level", "error"],
        ["code", "NetStream.Publish.BadName"],
        ["description", "Unauthorized: the key is wrong."],
      ]),
    );
    expect(pair.say(pair.client.message(MESSAGE_TYPE.video, 0, new Uint8Array(3)))).toEqual([]);
  });

  it.each([
    [
      "another application",
      (client: RtmpTestClient) => client.connect("vod"),
      "NetConnection.Connect.Rejected",
    ],
    [
      "a name without key",
      (client: RtmpTestClient) => joinBytes(client.connect(), client.publish("?key=")),
      "NetStream.Publish.BadName",
    ],
    [
      "a player",
      (client: RtmpTestClient) => joinBytes(client.connect(), client.command(1, "play", 0, null, "key")),
      "NetStream.Play.Failed",
    ],
  ])("refuses %s", (_name, say, code) => {
    const pair = new Pair();
    expect(pair.say(pair.client.handshake(), say(pair.client))).toMatchObject([{ type: "closed" }]);
    const last = pair.client.takeCommands().at(-1)!;
    expect(["_error", "onStatus"]).toContain(last.name);
    expect((last.values[1] as AmfObject).get("code")).toBe(code);
  });

  it("publishes one stream, ends it when told so, and takes another one", () => {
    const pair = new Pair().publish();
    const { client } = pair;
    expect(pair.say(client.command(2, "publish", 9, null, "other", "live"))).toEqual([]);
    expect(codes(client)).toEqual(["NetStream.Publish.BadName"]);
    expect(pair.say(client.command(1, "FCUnpublish", 6, null, "the-key"))).toEqual([]);
    expect(pair.say(client.command(0, "deleteStream", 7, null, 1))).toEqual([{ type: "unpublish" }]);
    expect(codes(client)).toEqual(["NetStream.Unpublish.Success"]);
    expect(pair.say(client.message(MESSAGE_TYPE.video, 0, Uint8Array.of(1)))).toEqual([]);
    expect(pair.say(client.command(1, "publish", 8, null, "the-key", "live"))).toMatchObject([
      { type: "publish" },
    ]);
  });

  it("says that it ends, and takes nothing any more", () => {
    const pair = new Pair().publish();
    pair.server.end("Somebody else is on air in this room now.");
    expect(pair.hear()).toMatchObject([{ type: "closed" }]);
    expect(codes(pair.client)).toEqual(["NetStream.Unpublish.Success"]);
    pair.server.end("again");
    expect(pair.hear()).toEqual([]);
    expect(pair.server.nextTimeoutMs).toBeUndefined();
  });

  it("acknowledges as often as the peer wants, but not each packet", () => {
    const pair = new Pair().publish();
    const { client } = pair;
    const acknowledged = () =>
      client.takeMessages().filter(({ type }) => type === MESSAGE_TYPE.acknowledgement).length;
    pair.say(client.message(MESSAGE_TYPE.video, 0, new Uint8Array(60_000)));
    expect(acknowledged()).toBe(0);
    pair.say(client.message(MESSAGE_TYPE.windowAcknowledgementSize, 0, Uint8Array.of(0, 0, 0x40, 0)));
    for (let index = 0; index < 10; index += 1)
      pair.say(client.message(MESSAGE_TYPE.video, 0, new Uint8Array(5000)));
    expect(acknowledged()).toBe(3);
    pair.say(client.message(MESSAGE_TYPE.windowAcknowledgementSize, 0, Uint8Array.of(0, 0, 0, 1)));
    for (let index = 0; index < 40; index += 1)
      pair.say(client.message(MESSAGE_TYPE.video, 0, new Uint8Array(80)));
    expect(acknowledged()).toBeLessThan(3);
  });

  it("answers pings, and measures the way by its own", () => {
    const pair = new Pair().publish();
    const { client, server } = pair;
    pair.say(client.message(MESSAGE_TYPE.userControl, 0, Uint8Array.of(0, 6, 1, 2, 3, 4)));
    expect(client.takeMessages()[0]!.payload).toEqual(Uint8Array.of(0, 7, 1, 2, 3, 4));
    pair.nowMs = 1000;
    pair.wait(0);
    const ping = client.takeMessages().find(({ type }) => type === MESSAGE_TYPE.userControl)!;
    const pong = Uint8Array.from(ping.payload);
    pong[1] = 7;
    pair.nowMs += 42;
    pair.say(client.message(MESSAGE_TYPE.userControl, 0, Uint8Array.of(0, 7, 9, 9, 9, 9)));
    expect(server.roundTripMs).toBeUndefined();
    pair.say(client.message(MESSAGE_TYPE.userControl, 0, pong));
    expect(server.roundTripMs).toBe(42);
  });

  it("ends when nothing is published in time, however bytes trickle, and when nothing comes any more", () => {
    const slow = new Pair();
    const start = slow.client.handshake();
    for (let index = 0; index < 9; index += 1) {
      slow.nowMs += 1000;
      expect(slow.say(start.subarray(index, index + 1))).toEqual([]);
    }
    expect(slow.server.nextTimeoutMs).toBe(10_000);
    expect(slow.wait(1000)).toEqual([
      { type: "closed", cause: "timeout", reason: "nothing was published in time" },
    ]);

    const silent = new Pair().publish();
    expect(silent.wait(14_999)).toEqual([]);
    silent.say(silent.client.message(MESSAGE_TYPE.audio, 0, Uint8Array.of(1)));
    expect(silent.wait(14_999)).toEqual([]);
    expect(silent.wait(1)).toEqual([{ type: "closed", cause: "timeout", reason: "nothing came any more" }]);
  });

  it("does not hurry who waits for an answer of ours", () => {
    const pair = new Pair();
    pair.say(pair.client.handshake(), pair.client.connect(), pair.client.publish("key"));
    expect(pair.server.nextTimeoutMs).toBeUndefined();
    expect(pair.wait(60_000)).toEqual([]);
  });

  it("ends at large messages before it is welcome, and takes large pictures after", () => {
    const large = (client: RtmpTestClient) => client.message(MESSAGE_TYPE.video, 0, new Uint8Array(70_000));
    const early = new Pair();
    expect(early.say(early.client.handshake(), early.client.connect(), large(early.client))).toMatchObject([
      { type: "closed", reason: expect.stringContaining("70000 bytes") },
    ]);
    const pair = new Pair().publish();
    expect(pair.say(large(pair.client))).toMatchObject([{ type: "media" }]);
  });

  it("takes apart aggregate messages, and forgets aborted ones", () => {
    const pair = new Pair().publish();
    const { client } = pair;
    const tag = (type: number, time: number, ...data: number[]) => [
      ...[type, 0, 0, data.length, 0, 0, time, 0, 0, 0, 0, ...data],
      ...[0, 0, 0, 11 + data.length],
    ];
    const aggregate = Uint8Array.from([...tag(8, 50, 1, 2), ...tag(9, 60, 3), ...tag(1, 60, 0), 9, 0, 0]);
    expect(pair.say(client.message(MESSAGE_TYPE.aggregate, 1000, aggregate))).toEqual([
      { type: "media", kind: "audio", timestampMs: 1000, body: Uint8Array.of(1, 2) },
      { type: "media", kind: "video", timestampMs: 1010, body: Uint8Array.of(3) },
    ]);
    pair.say(client.message(MESSAGE_TYPE.video, 0, new Uint8Array(500)).subarray(0, 140));
    expect(pair.server.isPublishing).toBe(true);
  });

  it("of any bytes closes or goes on, and never throws", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
        fc.boolean(),
        (parts, isOnAir) => {
          const pair = isOnAir ? new Pair().publish() : new Pair();
          if (!isOnAir) pair.say(pair.client.handshake());
          for (const part of parts) pair.server.handleBytes(0, part);
          const closed = pair.server.takeEvents().filter(({ type }) => type === "closed");
          expect(closed.length).toBeLessThan(2);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("of well-formed chunks with any payload never throws", () => {
    const pair = new Pair();
    const message = fc.tuple(fc.integer({ min: 1, max: 22 }), fc.uint8Array({ maxLength: 60 }));
    const payloads = fc.array(message, { maxLength: 8 });
    fc.assert(
      fc.property(payloads, (messages) => {
        const fresh = new Pair().publish();
        for (const [type, payload] of messages)
          fresh.server.handleBytes(0, pair.client.message(type, 0, payload));
        fresh.server.takeEvents();
      }),
      { numRuns: 1000 },
    );
  });

  it("survives changed bytes anywhere in what an encoder says", () => {
    const { client } = new Pair();
    const said = joinBytes(client.connect("live", [["capsEx", 5]]), client.publish("key"));
    const change = fc.tuple(fc.nat(said.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const bytes = said.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const pair = new Pair();
        pair.server.handleBytes(0, pair.client.handshake());
        pair.server.handleBytes(0, bytes);
        expect(pair.server.takeEvents().length).toBeLessThan(3);
      }),
      { numRuns: 1000 },
    );
  });
});
