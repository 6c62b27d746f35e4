import { createClient, type Watch, type WatchPath } from "@sameroom/client";
import type { MintedToken } from "@sameroom/contract";
import { type Readings, readLatencies } from "../glass/reader.ts";

/** What a viewer's page can do; called from outside. */
export interface IngestPage {
  /** Watches over this path. Resolves with the first picture. */
  watch(room: string, path: WatchPath): Promise<void>;
  read(count: number): Promise<Readings>;
  close(): void;
}

let watch: Watch | undefined;
const video = document.createElement("video");
Object.assign(video, { muted: true, autoplay: true, playsInline: true });
// As large as the window: the SDK asks for no more than the element shows.
video.style.cssText = "position: fixed; inset: 0; width: 100vw; height: 100vh";

const page: IngestPage = {
  watch(room, path) {
    document.body.append(video);
    const client = createClient({
      url: location.origin,
      getToken: async (name) => {
        const query = new URLSearchParams({ room: name, role: "viewer", participant: "user:viewer" });
        return (await (await fetch(`/token?${query}`)).json()) as MintedToken;
      },
    });
    watch = client.watch(room, { path });
    watch.attach(video);
    return new Promise((resolve, reject) => {
      watch!.on("failure", (failure) => failure.retrying || reject(new Error(failure.message)));
      video.requestVideoFrameCallback(() => resolve());
    });
  },
  read: (count) => readLatencies(video, count),
  close() {
    watch?.close();
  },
};

Object.assign(window, { ingest: page });
