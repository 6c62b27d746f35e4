import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../../testing/chromium.ts";
import type { Viewer } from "../../testing/impaired/run-case.ts";
import { Network, type NetworkClient } from "../../testing/network/network.ts";
import type { PlaybackPage } from "../../testing/playback/page.ts";
import { playbackScript } from "../../testing/playback/script.ts";
import { App } from "./app.ts";

declare global {
  interface Window {
    playback: PlaybackPage;
  }
}

/** The app, reached by loopback and, from a client's network, by `clientUrl`. */
export interface NetworkedApp {
  network: Network;
  client: NetworkClient;
  app: App;
  clientUrl: string;
  clientMediaUrl: string;
  close(): Promise<void>;
}

/** Starts the app on a network of its own with one client. Needs root (`whyNoNetworks`). */
export async function startNetworkedApp(environment: Record<string, string> = {}): Promise<NetworkedApp> {
  const network = await Network.open();
  const client = await network.addClient();
  const addresses = `127.0.0.1,${network.serverAddress}`;
  const app = await App.start({
    environment: { SAMEROOM_BIND: addresses, SAMEROOM_ANNOUNCE: addresses, ...environment },
  });
  const reached = (url: string) => url.replace("localhost", network.serverAddress);
  return {
    network,
    client,
    app,
    clientUrl: reached(app.url),
    clientMediaUrl: reached(app.mediaUrl),
    async close() {
      await app.close();
      await network.close();
    },
  };
}

/** Chromium in a client's network; `origin` is trusted there though it has no TLS. */
export function launchChromiumIn(client: NetworkClient, origin: string): Promise<Browser> {
  return launchChromium({ wrap: (command) => client.wrap(command), secureOrigin: origin });
}

/** The camera of this window is a picture with the time burnt in. */
export async function burnClock(window: BrowserContext): Promise<void> {
  await window.addInitScript(`${await playbackScript()}\nwindow.playback.burnClockIntoCamera();`);
}

/** A viewer on the watch page of a room, recorded; `loads` counts how often the page was loaded. */
export class WatchPage implements Viewer {
  readonly #window: BrowserContext;
  readonly #url: string;
  #page: Page | undefined;
  #sessions = 0;
  loads = 0;

  constructor(window: BrowserContext, url: string) {
    this.#window = window;
    this.#url = url;
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error("nothing is being watched yet");
    return this.#page;
  }

  async watch(): Promise<void> {
    await this.#window.addInitScript(await playbackScript());
    const page = await this.#window.newPage();
    this.#page = page;
    page.on("load", () => {
      this.loads += 1;
    });
    page.on("request", (request) => {
      if (request.method() === "POST" && /\/whep\//.test(request.url())) this.#sessions += 1;
    });
    await page.goto(this.#url);
    await page.evaluate(() => window.playback.record());
  }

  width(): Promise<number> {
    return this.page.evaluate(() =>
      Math.max(0, ...[...document.querySelectorAll("video")].map((video) => video.videoWidth)),
    );
  }

  async take() {
    const recording = await this.page.evaluate(() => window.playback.take());
    return { ...recording, sessions: this.#sessions, states: [] };
  }

  async close(): Promise<void> {
    await this.#window.close();
  }
}
