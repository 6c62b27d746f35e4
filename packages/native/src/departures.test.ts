import { SeededRandom } from "@sameroom/base/testing";
import { parseRtp } from "@sameroom/protocol";
import { afterEach, expect, it } from "vitest";
import type { OutputId, SourceId } from "./index.ts";
import { type Connected, h264Packet, Rig } from "./rig.fixture.ts";

let rig: Rig;
afterEach(() => rig.close());

it.each([1, 2, 3])(
  "packets that wait, probes and repairs survive any order of commands, no index used twice (seed %i)",
  async (seed) => {
    const random = new SeededRandom(seed);
    rig = new Rig();
    const { wire, load } = rig;
    const host = await rig.connect();
    const viewers = [await rig.connect(), await rig.connect(), await rig.connect()];
    const sources = new Map<SourceId, number>();
    const outputs = new Map<OutputId, Connected>();
    const pick = <T>(from: Iterable<T>): T | undefined => {
      const all = [...from];
      return all[random.integer(0, Math.max(0, all.length - 1))];
    };
    let ssrc = 1000;
    let sequence = 0;
    const addSource = () => {
      ssrc += 1;
      const kind = random.next() < 0.8 ? "video" : "audio";
      const id = wire.addSource({
        peer: host.peer,
        ssrc,
        kind,
        codec: kind === "video" ? "h264" : "opus",
        clockRate: 90_000,
        payloadType: 96,
        extensions: {},
      });
      sources.set(id, ssrc);
    };
    const addOutput = () => {
      const viewer = pick(viewers)!;
      const own = 7 + 2 * random.integer(0, 3);
      const taken = [...outputs].some(([, each]) => each === viewer);
      if (taken && random.next() < 0.5) return;
      try {
        const id = wire.addOutput({
          peer: viewer.peer,
          kind: random.next() < 0.8 ? "video" : "audio",
          ssrc: own,
          rtxSsrc: own + 1,
          extensions: { transportCc: 9 },
        });
        outputs.set(id, viewer);
      } catch {
        // The SSRC is in use for this peer.
      }
    };
    const send = () => {
      const packets = Array.from({ length: random.integer(1, 30) }, () => {
        sequence += 1;
        return h264Packet({
          ssrc: pick(sources.values()) ?? 1,
          sequenceNumber: sequence,
          timestamp: sequence * 10,
          keyframe: random.next() < 0.1,
          size: random.integer(1, 1100),
        });
      });
      load.sendRtp(host.client, packets);
    };
    const commands: (() => void)[] = [
      send,
      send,
      send,
      send,
      addSource,
      addOutput,
      addOutput,
      () => {
        const [output, source] = [pick(outputs.keys()), pick(sources.keys())];
        if (output !== undefined && source !== undefined)
          wire.attach(output, source, { payloadType: 102, rtxPayloadType: 103, waitForKeyframe: false });
      },
      () => wire.detach(pick(outputs.keys()) ?? 0),
      () => {
        if (random.next() < 0.5) return;
        const output = pick(outputs.keys()) ?? 0;
        outputs.delete(output);
        wire.removeOutput(output);
      },
      () => {
        if (random.next() < 0.7) return;
        const source = pick(sources.keys()) ?? 0;
        sources.delete(source);
        wire.removeSource(source);
      },
      () => {
        const rateBps = random.integer(20_000, 3_000_000);
        wire.setPacing(pick(viewers)!.peer, { rateBps, burstBytes: random.integer(0, 5000) });
      },
      () => wire.setPacing(pick(viewers)!.peer, undefined),
      () => {
        const probe = {
          cluster: random.integer(1, 7),
          rateBps: random.integer(50_000, 10_000_000),
          bytes: 9000,
        };
        wire.probe(pick(outputs.keys()) ?? 0, probe);
      },
      () => {
        const last = pick(viewers)!.rtp.at(-1);
        if (last === undefined) return;
        const { sequenceNumber } = parseRtp(last)!;
        const numbers = Array.from({ length: 20 }, (_, by) => (sequenceNumber - by) & 0xffff);
        wire.resend(pick(outputs.keys()) ?? 0, numbers, random.integer(0, 2000));
      },
    ];
    addSource();
    addOutput();
    for (let step = 0; step < 1500; step += 1) {
      pick(commands)!();
      if (step % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await rig.flush(host.client);
    const { pacedPackets, probePackets, pacerDroppedPackets } = wire.stats();
    expect(pacedPackets + pacerDroppedPackets).toBeGreaterThan(0);
    expect(probePackets).toBeGreaterThan(0);
    for (const viewer of viewers) {
      expect(load.stats(viewer.client).authenticationFailures).toBe(0);
      expect(wire.sentPackets(viewer.peer)).toBeDefined();
    }
    // The last one goes with the wire, whatever still waits for it.
    for (const viewer of viewers.slice(1)) wire.closePeer(viewer.peer);
    await rig.settle(() => wire.stats().peers === 2);
  },
);
