import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "./testing/eventually.fixture.ts";
import { passiveCandidates, postOffer, viewerOffer, watchOverTcp } from "./testing/tcp-viewer.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";
import { startTestWorker } from "./testing/test-worker.fixture.ts";

describe("a viewer over TCP", () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await TestStage.open();
  });
  beforeEach(() => stage.newRoom());
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it("sees the host, who is there by UDP, on the same port number", async () => {
    await stage.host();
    const endpoint = `${stage.worker.url}/whep/${stage.room}`;
    const viewer = stage.own(await watchOverTcp(endpoint, await stage.viewerToken()));
    await eventually("packets come", () => [...viewer.received.values()].some(({ length }) => length > 60));
    const numbers = [...viewer.received.values()].find(({ length }) => length > 60)!;
    const [first = 0] = numbers;
    expect(numbers).toEqual(numbers.map((_, index) => (first + index) & 0xffff));
    const { tcpConnections } = stage.worker.app.node.wire.stats();
    expect(tcpConnections).toBe(1);
  });

  it("leaves no connection behind when its session ends", async () => {
    await stage.host();
    const viewer = await watchOverTcp(`${stage.worker.url}/whep/${stage.room}`, await stage.viewerToken());
    viewer.close();
    await eventually("it is closed", () => stage.worker.app.node.wire.stats().tcpConnections === 0);
  });
});

describe("what an answer announces", () => {
  const candidatesOf = async (environment: Record<string, string>) => {
    const worker = await startTestWorker({ environment });
    try {
      const token = await worker.token({ room: "room-1" });
      const answer = await postOffer(`${worker.url}/whep/room-1`, token, await viewerOffer());
      const tcp = passiveCandidates(answer).map(({ address, port }) => ({ address, port }));
      return {
        tcp,
        udp: [...answer.matchAll(/ udp \d+ (\S+) (\d+) typ host/g)].map(([, a, p]) => `${a} ${p}`),
        worker,
      };
    } finally {
      await worker.close();
    }
  };

  it("is each address by UDP and by TCP, with the port a NAT maps", async () => {
    const { tcp, udp, worker } = await candidatesOf({
      SAMEROOM_ANNOUNCE: "203.0.113.5:9082,[2001:db8::1]:9083,127.0.0.1",
    });
    expect(udp).toEqual(["203.0.113.5 9082", "2001:db8::1 9083", `127.0.0.1 ${worker.udpPort}`]);
    expect(tcp).toEqual([
      { address: "203.0.113.5", port: 9082 },
      { address: "2001:db8::1", port: 9083 },
      { address: "127.0.0.1", port: worker.udpPort },
    ]);
  });

  it("is UDP alone where TCP is turned off", async () => {
    const { tcp, udp } = await candidatesOf({ SAMEROOM_ICE_TCP: "false" });
    expect(tcp).toEqual([]);
    expect(udp).toHaveLength(1);
  });
});
