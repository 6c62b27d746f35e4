import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPeer } from "./testing/test-peer.fixture.ts";
import { startTestWorker, type TestWorker } from "./testing/test-worker.fixture.ts";

let worker: TestWorker;

beforeAll(async () => {
  const secretFile = join(tmpdir(), `sameroom-turn-${process.pid}`);
  await writeFile(secretFile, "shared");
  worker = await startTestWorker({
    environment: { SAMEROOM_ICE_SERVERS: "turn:127.0.0.1:3478", SAMEROOM_TURN_SECRET_FILE: secretFile },
  });
});
afterAll(() => worker.close());

test("a WHEP answer names the TURN servers with a login of the bearer's own", async () => {
  const peer = createPeer();
  peer.addTransceiver("video", { direction: "recvonly" });
  await peer.setLocalDescription(await peer.createOffer());
  const response = await fetch(`${worker.url}/whep/lounge`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await worker.token({ room: "lounge", participant: "guest:ada" })}`,
      "content-type": "application/sdp",
    },
    body: peer.localDescription!.sdp,
  });
  await peer.close();
  expect(response.status).toBe(201);
  expect(response.headers.get("link")).toMatch(
    /^<turn:127\.0\.0\.1:3478>; rel="ice-server"; username="\d+:guest:ada"; credential="[^"]{28}"; credential-type="password"$/,
  );
});
