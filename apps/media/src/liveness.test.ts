import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Clock, silentLog } from "@sameroom/base";
import type { GoneReason, PublisherState } from "@sameroom/contract";
import { openWire } from "@sameroom/native";
import { createBindingRequest, parseSdpFragment, parseStun } from "@sameroom/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Authenticated } from "./auth/authenticator.ts";
import { MediaNode } from "./node/media-node.ts";
import { nodeClock } from "./node/node-clock.ts";
import { eventually } from "./testing/eventually.fixture.ts";
import { noMakers } from "./testing/no-makers.fixture.ts";
import { createPeer, TestPublisher, TestViewer } from "./testing/test-peer.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";
import { UdpPath } from "./testing/udp-path.fixture.ts";

const LOOPBACK = { address: "127.0.0.1", port: undefined };

describe("a host on air", () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await TestStage.open();
  });
  beforeEach(() => stage.newRoom());
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it("is stalled when packets stop and flows again when they come back, without a new session", async () => {
    const states: PublisherState[] = [];
    const sessions = new Set<string>();
    const { room: ours } = stage;
    stage.worker.app.node.on("publisher", ({ id, room, state }) => {
      if (room !== ours) return;
      sessions.add(id);
      if (states.at(-1) !== state) states.push(state);
    });
    const path = stage.own(await UdpPath.open(stage.worker.udpPort));
    await stage.host({ path });
    await eventually("flowing", () => states.at(-1) === "flowing");
    const viewer = await stage.viewer();
    path.decide(() => "drop");
    await eventually("stalled", () => states.at(-1) === "stalled");
    path.decide(() => "pass");
    await eventually("flowing again", () => states.at(-1) === "flowing");
    const had = viewer.video.length;
    await eventually("video again", () => viewer.video.length > had + 10);
    expect(states.slice(0, 2)).toEqual(["connecting", "flowing"]);
    expect(sessions.size).toBe(1);
  });

  it("keeps its session over an ICE restart, and the old credentials die with the first use of the new", async () => {
    await stage.host();
    const viewer = await stage.viewer();
    await eventually("video", () => viewer.video.length > 5);
    const { url, etag, answer } = viewer.resource!;
    const remote = { ufrag: "newU", password: "a-new-password-of-24-chars" };
    const response = await fetch(url, {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${await stage.viewerToken()}`,
        "content-type": "application/trickle-ice-sdpfrag",
        "if-match": "*",
      },
      body: `a=ice-ufrag:${remote.ufrag}\r\na=ice-pwd:${remote.password}\r\n`,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/trickle-ice-sdpfrag");
    expect(response.headers.get("etag")).not.toBe(etag);
    const fragment = parseSdpFragment(await response.text());
    if (!fragment.ok || fragment.value.ice === undefined) throw new Error("no credentials in the answer");
    expect(fragment.value.candidates.length).toBeGreaterThan(0);

    const oldUfrag = /a=ice-ufrag:(\S+)/.exec(answer)![1]!;
    const oldPassword = /a=ice-pwd:(\S+)/.exec(answer)![1]!;
    const check = (local: { ufrag: string; password: string }, remoteUfrag: string) =>
      bindingClass(stage.worker.udpPort, local, remoteUfrag);
    const { ufrag: viewerUfrag } = viewerIce(viewer);
    expect(await check({ ufrag: oldUfrag, password: oldPassword }, viewerUfrag)).toBe("success");
    expect(await check(fragment.value.ice, remote.ufrag)).toBe("success");
    expect(await check({ ufrag: oldUfrag, password: oldPassword }, viewerUfrag)).toBeUndefined();
    expect(
      await check({ ...fragment.value.ice, password: "wrong-password-wrong-password" }, remote.ufrag),
    ).toBe("error");
  });
});

/** Sends one check from a fresh address; undefined when nobody answers within a generous time. */
async function bindingClass(
  port: number,
  local: { ufrag: string; password: string },
  remoteUfrag: string,
): Promise<string | undefined> {
  const socket = createSocket("udp4");
  try {
    const request = createBindingRequest({
      transactionId: crypto.getRandomValues(new Uint8Array(12)),
      localUfrag: remoteUfrag,
      remoteUfrag: local.ufrag,
      remotePassword: local.password,
    });
    socket.send(request, port, "127.0.0.1");
    const answer = once(socket, "message") as Promise<[Buffer]>;
    const nothing = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 400));
    const first = await Promise.race([answer, nothing]);
    return first === undefined ? undefined : parseStun(Uint8Array.from(first[0]))?.class;
  } finally {
    socket.close();
  }
}

function viewerIce(viewer: TestViewer): { ufrag: string } {
  return { ufrag: /a=ice-ufrag:(\S+)/.exec(viewer.peer.localDescription!.sdp)![1]! };
}

describe("sessions in time", () => {
  let node: MediaNode;
  let aheadMs = 0;
  const clock: Clock = {
    nowMs: () => nodeClock.nowMs() + aheadMs,
    unixMs: () => nodeClock.unixMs() + aheadMs,
  };
  const auth = (participant: string): Authenticated => ({
    identity: {
      participant,
      name: "Ada",
      room: "r-1",
      role: "host",
      grants: { publish: true, subscribe: true, moderate: true },
    },
    credentialHash: participant,
  });
  const gone: GoneReason[] = [];

  beforeEach(() => {
    aheadMs = 0;
    gone.length = 0;
    const loopback = { bind: ["127.0.0.1"], udpPort: 0, announce: [LOOPBACK], iceTcp: true };
    node = new MediaNode({ openWire, ...loopback, maxSessions: 3, makers: noMakers, clock, log: silentLog });
    node.on("publisherGone", ({ reason }) => gone.push(reason));
    node.on("viewerGone", ({ reason }) => gone.push(reason));
  });
  afterEach(() => node.close());

  async function offer(direction: "sendonly" | "recvonly") {
    const peer = createPeer();
    peer.addTransceiver("video", { direction });
    await peer.setLocalDescription(await peer.createOffer());
    const { sdp } = peer.localDescription!;
    await peer.close();
    return sdp;
  }

  it("closes what never connected after fifteen seconds, and tells nobody", async () => {
    const { session } = node.watch("r-1", auth("user:a"), {
      offerSdp: await offer("recvonly"),
      paused: false,
    });
    aheadMs = 8000;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(session.closedFor).toBeUndefined();
    aheadMs = 16_000;
    await eventually("closed", () => session.closedFor);
    expect(session.closedFor).toBe("never-connected");
    expect(gone).toEqual([]);
    await eventually("an empty wire", () => node.wire.stats().peers === 0);
  });

  it("takes no more sessions than it may", async () => {
    const sdp = await offer("recvonly");
    for (const name of ["user:a", "user:b", "user:c"]) {
      node.watch("r-1", auth(name), { offerSdp: sdp, paused: false });
    }
    expect(() => node.watch("r-1", auth("user:d"), { offerSdp: sdp, paused: false })).toThrow(
      expect.objectContaining({ code: "media.full" }),
    );
  });

  it("lets a host go whose consent has expired, and expires a warmed-up viewer nobody used", async () => {
    const publisher = new TestPublisher();
    const viewer = new TestViewer();
    try {
      await publisher.peer.setLocalDescription(await publisher.peer.createOffer());
      const answered = node.publish("r-1", auth("user:a"), publisher.peer.localDescription!.sdp);
      await publisher.peer.setRemoteDescription({ type: "answer", sdp: answered.sdp });
      await viewer.peer.setLocalDescription(await viewer.peer.createOffer());
      const watched = node.watch("r-1", auth("user:v"), {
        offerSdp: viewer.peer.localDescription!.sdp,
        paused: true,
      });
      await viewer.peer.setRemoteDescription({ type: "answer", sdp: watched.sdp });
      await eventually("connected", () => answered.session.connection.state === "connected");
      await eventually("connected", () => watched.session.connection.state === "connected");
      aheadMs = 31_000;
      await eventually("closed", () => answered.session.closedFor && watched.session.closedFor);
      expect(answered.session.closedFor).toBe("connection-lost");
      expect(["expired", "connection-lost"]).toContain(watched.session.closedFor);
      expect(gone).toEqual(["connection-lost"]);
    } finally {
      await publisher.close();
      await viewer.close();
    }
  });
});
