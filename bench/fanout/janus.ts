import { createSocket, type Socket } from "node:dgram";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../testing/free-ports.ts";
import { createCredentials } from "../harness/ice.ts";
import { LoadPeers } from "../harness/load-peers.ts";
import { PAYLOAD_TYPES } from "../harness/load-sdp.ts";
import { Program } from "../harness/program.ts";
import { sleep, until } from "../harness/until.ts";
import { usageOf } from "../measure/process-usage.ts";
import { Feeder } from "./feeder.ts";
import { JanusSession } from "./janus-api.ts";
import { type JanusPorts, writeJanusConfig } from "./janus-config.ts";
import { TYPICAL_VIDEO } from "./traffic.ts";
import { measureWindow, type WindowResult } from "./window.ts";

const JANUS = "/usr/bin/janus";
const SETTLE_MS = 2500;

export interface JanusOptions {
  viewers: number;
  seconds: number;
  eventLoops: number;
}

export interface JanusResult extends WindowResult {
  bytesPerViewer: number;
  /** Viewers Janus could take before it was too busy to take more. */
  eventLoops: number;
}

/** Whether Janus is here to be measured. */
export function isJanusInstalled(): boolean {
  return existsSync(JANUS);
}

/** Janus's streaming plugin, fed the same packets over UDP, with the same receivers. */
export async function measureJanus({ viewers, seconds, eventLoops }: JanusOptions): Promise<JanusResult> {
  const directory = await mkdtemp(join(tmpdir(), "sameroom-bench-janus-"));
  const [http, video, audio] = (await freePorts(3)) as [number, number, number];
  const ports: JanusPorts = { http, video, audio };
  await writeJanusConfig(directory, {
    ports,
    eventLoops,
    videoPayloadType: PAYLOAD_TYPES.video,
    audioPayloadType: PAYLOAD_TYPES.audio,
  });
  const program = new Program(JANUS, ["--configs-folder", directory], { cwd: directory });
  // Janus has no candidates on the loopback interface; packets to the machine's own address take it all the same.
  const receivers = new LoadPeers({ localHost: ownAddress() });
  let socket: Socket | undefined;
  let feeder: Feeder | undefined;
  let session: JanusSession | undefined;
  try {
    const base = `http://127.0.0.1:${http}/janus`;
    await until("Janus answers", async () => {
      program.assertRunning();
      return (await fetch(`${base}/info`).catch(() => undefined))?.ok;
    });
    socket = createSocket("udp4");
    const feed = socket;
    feeder = new Feeder(
      {
        layers: [{ ...TYPICAL_VIDEO, ssrc: 1, payloadType: PAYLOAD_TYPES.video }],
        audioSsrc: 2,
        audioPayloadType: PAYLOAD_TYPES.audio,
      },
      ({ stream, packets }) => {
        const port = stream === "audio" ? ports.audio : ports.video;
        for (const packet of packets) feed.send(packet, port, "127.0.0.1");
      },
    );
    session = await JanusSession.open(base);
    await watch(session, receivers);
    await sleep(SETTLE_MS);
    const baseBytes = usageOf(program.pid).residentBytes;
    while (receivers.ids.length < viewers) await watch(session, receivers);
    await until("packets arrive", () => receivers.received().packets > viewers * 10);
    await sleep(SETTLE_MS);
    const window = await measureWindow({
      pid: program.pid,
      feeders: [{ feeder, viewersOf: () => viewers }],
      receivers,
      viewers,
      seconds,
    });
    program.assertRunning();
    const bytesPerViewer = Math.round((window.residentBytes - baseBytes) / Math.max(1, viewers - 1));
    return { ...window, bytesPerViewer, eventLoops };
  } finally {
    feeder?.close();
    socket?.close();
    session?.close();
    receivers.close();
    await program.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function watch(session: JanusSession, receivers: LoadPeers): Promise<void> {
  const handle = await session.attach();
  const offered = await session.message(handle, { request: "watch", id: 1 });
  if (offered.jsep === undefined) throw new Error("Janus made no offer");
  const { id, answer } = receivers.answer(offered.jsep.sdp, createCredentials());
  await session.message(handle, { request: "start" }, answer);
  await receivers.connected([id]);
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const own = all.find(({ family, internal }) => family === "IPv4" && !internal);
  if (own === undefined) throw new Error("Janus needs an IPv4 address besides loopback's");
  return own.address;
}
