import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import { Coturn, type CoturnLogin } from "./harness/coturn.ts";
import { watch } from "./harness/studio.ts";

/** Takes the direct ways from a page, as a network does that lets nothing through but the TURN server. */
const RELAY_ONLY = `
  const Real = RTCPeerConnection;
  window.peers = [];
  window.RTCPeerConnection = class extends Real {
    constructor(configuration) {
      super({ ...configuration, iceTransportPolicy: "relay" });
      window.peers.push(this);
    }
    setConfiguration(configuration) {
      super.setConfiguration({ ...configuration, iceTransportPolicy: "relay" });
    }
  };`;

/** The relay protocol of the selected pair's local candidate. */
function relayInUse(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => {
    for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers) {
      const report = await peer.getStats();
      for (const entry of report.values()) {
        if (entry.type !== "transport" || entry.selectedCandidatePairId === undefined) continue;
        const local = report.get(report.get(entry.selectedCandidatePairId).localCandidateId);
        return `${local.candidateType}/${local.relayProtocol}`;
      }
    }
    return undefined;
  });
}

let browser: Browser;
let directory: string;

beforeAll(async () => {
  browser = await launchChromium();
  directory = await mkdtemp(join(tmpdir(), "sameroom-turn-login-"));
});
afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true, force: true });
});

describe.each<[string, CoturnLogin, "udp" | "tcp"]>([
  ["credentials that expire, over UDP", { secret: "a shared secret" }, "udp"],
  ["a fixed login, over TCP", { username: "sameroom", password: "a fixed password" }, "tcp"],
])("a TURN server with %s", (_name, login, transport) => {
  let coturn: Coturn;
  let app: App;

  beforeAll(async () => {
    coturn = await Coturn.start(login);
    const file = join(directory, transport);
    await writeFile(file, "secret" in login ? login.secret : login.password);
    const how: Record<string, string> =
      "secret" in login
        ? { SAMEROOM_TURN_SECRET_FILE: file }
        : { SAMEROOM_TURN_USERNAME: login.username, SAMEROOM_TURN_PASSWORD_FILE: file };
    app = await App.start({
      demo: true,
      environment: {
        SAMEROOM_ICE_SERVERS: `turn:127.0.0.1:${coturn.port}?transport=${transport}`,
        ...how,
      },
    });
  });
  afterAll(async () => {
    await app?.close();
    await coturn?.close();
  });

  test("carries a show to a viewer who has no other way", async () => {
    const window = await openWindow(browser);
    await window.addInitScript(RELAY_ONLY);
    const page = await watch(window, app.url, "demo");
    await pictureMoves(page);
    expect(await relayInUse(page)).toBe(`relay/${transport}`);
    await window.close();
  });
});
