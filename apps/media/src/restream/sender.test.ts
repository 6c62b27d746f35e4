import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Timers } from "@sameroom/base";
import type { RestreamOrder } from "@sameroom/contract";
import type { AccessUnit } from "@sameroom/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { videoUnits } from "../transcode/picture.fixture.ts";
import { aacUnits } from "../transcode/sound.fixture.ts";
import { selfSigned } from "./certificate.fixture.ts";
import type { FromSender } from "./messages.ts";
import { Receiver } from "./receiver.fixture.ts";
import { type Sender, SenderProcesses } from "./sender.ts";
import { freePort, TargetServer } from "./target-servers.fixture.ts";
import { TargetTimeline } from "./target-timeline.ts";

const timers: Timers = {
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
const processes = new SenderProcesses(timers);
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await processes.close();
  vi.unstubAllEnvs();
});

/** Senders that begin in this test trust the certificate of `selfSigned`, as where the operator has an authority of their own. */
function trustOwnAuthority(): void {
  const directory = mkdtempSync(join(tmpdir(), "sameroom-sender-"));
  open.push({ close: () => rmSync(directory, { recursive: true }) });
  const file = join(directory, "authority.pem");
  writeFileSync(file, selfSigned().cert);
  vi.stubEnv("NODE_EXTRA_CA_CERTS", file);
}

/** A sender, and what it says. */
class Connection {
  readonly said: FromSender[] = [];
  readonly sender: Sender;
  #heard: () => void = () => {};

  constructor() {
    this.sender = processes.open({
      onMessage: (message) => {
        this.said.push(message);
        this.#heard();
      },
      onGone: (why) => {
        this.said.push({ type: "failed", reason: "failed", detail: why });
        this.#heard();
      },
    });
  }

  async next<Type extends FromSender["type"]>(
    ...types: Type[]
  ): Promise<Extract<FromSender, { type: Type }>> {
    for (;;) {
      const found = this.said.find(({ type }) => types.includes(type as Type));
      if (found !== undefined) return found as never;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}

function order(url: string, more: Partial<RestreamOrder> = {}): RestreamOrder {
  return { id: "019a0000-0000-7000-8000-000000000000", url, key: "the-key", passphrase: null, ...more };
}

const pictures = videoUnits({
  ...{ codec: "h264", width: 320, height: 180, startMicros: 5_000_000, count: 90, keyframeEvery: 30 },
  luma: (index) => 16 + (index % 200),
});
const sound = aacUnits({
  ...{ startMicros: 5_000_000, seconds: 3, sampleRate: 48_000 },
  value: (seconds) => Math.sin(seconds * 2 * Math.PI * 440) / 2,
});
/** Three seconds of a show, by decoding time. */
const show = [...pictures, ...sound].sort((one, other) => one.captureMicros - other.captureMicros);

/** Sends units at the pace of a show: SRT's buffers hold no more of one than its latency. */
async function feed(sender: Sender, units: readonly AccessUnit[]): Promise<number> {
  const timeline = new TargetTimeline({ hasVideo: true });
  const startMs = performance.now();
  let sequence = 0;
  for (const unit of units) {
    const placed = timeline.place(unit);
    if (placed === undefined) continue;
    const aheadMs = placed.dtsMicros / 1000 - (performance.now() - startMs);
    if (aheadMs > 0) await new Promise<void>((resolve) => timers.after(aheadMs, resolve));
    sender.send({ type: "unit", sequence: ++sequence, unit: placed });
  }
  return sequence;
}

function begin(target: RestreamOrder, allowPrivate = true): Connection {
  const connection = new Connection();
  const opening = { order: target, allowPrivate, video: pictures[0]!.format, audio: sound[0]!.format };
  connection.sender.send({ type: "open", opening: opening as never });
  return connection;
}

describe("a connection to a platform", () => {
  it.each([
    {
      ...{ protocol: "rtmp", listen: "rtmp", query: "/live/the-key" },
      ...{ path: "/live", passphrase: null },
    },
    {
      ...{ protocol: "rtmps", listen: "rtmp", query: "/live/the-key" },
      ...{ path: "/live", passphrase: null },
    },
    {
      protocol: "srt",
      path: "?latency=1500000",
      listen: "srt",
      query: "?mode=listener&passphrase=0123456789ab",
      passphrase: "0123456789ab",
    },
  ])("brings pictures and sound over $protocol as they are", { timeout: 60_000 }, async (way) => {
    const port = await freePort();
    const receiver = await Receiver.listen(`${way.listen}://127.0.0.1:${port}${way.query}`);
    open.push(receiver);
    let host = `127.0.0.1:${port}`;
    if (way.protocol === "rtmps") {
      trustOwnAuthority();
      const secure = await TargetServer.secure(port);
      open.push(secure);
      host = `localhost:${secure.port}`;
    }
    const target = order(`${way.protocol}://${host}${way.path}`, { passphrase: way.passphrase });
    let connection = begin(target);
    // The listener says that it will listen, not that it does.
    while ((await connection.next("opened", "failed")).type === "failed") {
      connection.sender.end();
      connection = begin(target);
    }
    const last = await feed(connection.sender, show);
    while (!connection.said.some((message) => message.type === "done" && message.sequence === last))
      await new Promise((resolve) => setImmediate(resolve));
    await receiver.until(
      (streams) => streams.length === 2 && streams[0]!.packets >= 80 && streams[1]!.packets > 110,
    );
    connection.sender.end();
    const streams = await receiver.ended();
    expect(streams).toMatchObject([
      { kind: "video", codec: "h264", width: 320, height: 180, faults: 0 },
      { kind: "audio", codec: "aac", sampleRate: 48_000, faults: 0 },
    ]);
    const [video, audio] = streams as [(typeof streams)[0], (typeof streams)[0]];
    expect(video.packets).toBeGreaterThanOrEqual(80);
    expect(audio.packets).toBeGreaterThan(110);
    expect(video.lastMs - video.firstMs).toBeGreaterThan(2600);
    expect(Math.abs(video.firstMs - audio.firstMs)).toBeLessThan(50);
  });

  it("says that nobody answers", async () => {
    const connection = begin(order(`rtmp://127.0.0.1:${await freePort()}/live`));
    expect(await connection.next("failed")).toMatchObject({ reason: "unreachable", detail: "ECONNREFUSED" });
  });

  it("says that there is no such name", async () => {
    const connection = begin(order("rtmp://no-such-host.invalid/live"));
    expect((await connection.next("failed")).reason).toBe("name-unknown");
  });

  it("does not reach into private networks unless it may, also where a name stands for them", async () => {
    for (const url of [
      "rtmp://127.0.0.1/live",
      "rtmp://localhost/live",
      "srt://[::1]:9000",
      "rtmps://10.0.0.1/x",
    ]) {
      const connection = begin(order(url), false);
      expect(await connection.next("failed"), url).toMatchObject({ reason: "private-address" });
    }
  });

  it("does not trust a certificate of nobody known, nor one of another name", async () => {
    const server = await TargetServer.secure(await freePort());
    open.push(server);
    const unknown = begin(order(`rtmps://localhost:${server.port}/live`));
    expect((await unknown.next("failed")).reason).toBe("certificate");
    trustOwnAuthority();
    const elsewhere = begin(order(`rtmps://127.0.0.1:${server.port}/live`));
    expect((await elsewhere.next("failed")).reason).toBe("certificate");
  });

  it("says that it was not taken when the other end is no RTMP server, and does not quote the key", async () => {
    const server = await TargetServer.open(
      createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    );
    open.push(server);
    const connection = begin(order(`rtmp://127.0.0.1:${server.port}/live`));
    const failed = await connection.next("failed");
    expect(failed.reason).toBe("refused");
    expect(failed.detail).not.toContain("the-key");
  });
});
