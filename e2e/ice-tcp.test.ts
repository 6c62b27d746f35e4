import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { whyNoNetworks } from "../testing/network/namespaces.ts";
import { Network, type NetworkClient } from "../testing/network/network.ts";
import { App } from "./harness/app.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { goLive, watch } from "./harness/studio.ts";

/** Keeps a page's peer connections where the test finds them. */
const KEEP_PEERS = `
  const Real = RTCPeerConnection;
  window.peers = [];
  window.RTCPeerConnection = class extends Real {
    constructor(configuration) {
      super(configuration);
      window.peers.push(this);
    }
  };`;

/** Transport of the selected pair of the page's newest connection, from its far end. */
function transportInUse(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => {
    const peer = (window as unknown as { peers: RTCPeerConnection[] }).peers.at(-1);
    const report = await peer?.getStats();
    for (const entry of report?.values() ?? []) {
      if (entry.type !== "transport" || entry.selectedCandidatePairId === undefined) continue;
      const remote = report?.get(report.get(entry.selectedCandidatePairId).remoteCandidateId);
      return `${remote.protocol} ${remote.address}:${remote.port}`;
    }
    return undefined;
  });
}

const reason = whyNoNetworks();
if (reason !== undefined) console.log(`ICE-TCP is not tested with UDP blocked: ${reason}`);
beforeEach(({ skip }) => skip(reason !== undefined, reason));

describe("a network that lets no UDP through", () => {
  let network: Network;
  let client: NetworkClient;
  let app: App;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    if (reason !== undefined) return;
    network = await Network.open();
    client = await network.addClient();
    await client.shape({ down: { blockUdp: true }, up: { blockUdp: true } });
    app = await App.start({
      environment: { SAMEROOM_BIND: "0.0.0.0", SAMEROOM_ANNOUNCE: network.serverAddress },
    });
    origin = app.url.replace("localhost", network.serverAddress);
    browser = await launchChromium({ wrap: (path) => client.wrap(path), secureOrigin: origin });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await network?.close();
  });

  test("carries a show from the studio to a viewer over TCP, on the port of UDP", async () => {
    const ada = await Person.signUp(origin, "ada");
    await ada.createRoom("kitchen");
    const hostWindow = await openWindow(browser, ada);
    await hostWindow.addInitScript(KEEP_PEERS);
    const host = await goLive(hostWindow, origin, "kitchen");
    const viewerWindow = await openWindow(browser);
    await viewerWindow.addInitScript(KEEP_PEERS);
    const viewer = await watch(viewerWindow, origin, "kitchen");
    await pictureMoves(viewer, 10);
    for (const page of [host, viewer]) {
      expect(await transportInUse(page)).toBe(`tcp ${network.serverAddress}:${app.udpPort}`);
    }
    const { up } = await client.links[0]!.counters();
    expect(up.blocked).toBeGreaterThan(0);
  });
});
