import { MEDIA_PATHS, type SlotsResponse } from "@sameroom/contract";
import { createCredentials } from "../harness/ice.ts";
import type { LoadPeers } from "../harness/load-peers.ts";
import { EXTENSIONS, PAYLOAD_TYPES, VIDEO_MID, writeOffer } from "../harness/load-sdp.ts";
import type { MediaWorker } from "../harness/media-worker.ts";
import { Feeder } from "./feeder.ts";
import { TYPICAL_VIDEO } from "./traffic.ts";
import type { VideoLayer } from "./video-layer.ts";

/** Joins under way at once. */
const JOINS_AT_ONCE = 8;
/** Rooms' SSRCs do not overlap: publishers may share a load thread. */
const FIRST_SSRC = 0x1234_0001;
const SSRCS_A_ROOM = 16;

/** A picture's size and rate. */
export type LayerSpec = Pick<VideoLayer, "width" | "height" | "bitsPerSecond">;

/** What the SDK sends of a 720p camera, highest first. */
export const THREE_LAYERS: readonly (LayerSpec & { rid: string })[] = [
  { ...TYPICAL_VIDEO, rid: "h" },
  { width: 640, height: 360, bitsPerSecond: 700_000, rid: "m" },
  { width: 320, height: 180, bitsPerSecond: 200_000, rid: "l" },
];

/** A viewer's session over HTTP. */
export interface ViewerHandle {
  url: string;
  token: string;
}

/** One broadcast on a media worker: a publisher, and viewers that count. */
export class FanoutRoom {
  readonly feeder: Feeder;
  readonly viewers: ViewerHandle[] = [];
  readonly #worker: MediaWorker;
  readonly #room: string;

  /** Publishes one layer, or several with their RIDs; `index` sets rooms apart. */
  static async open(
    worker: MediaWorker,
    publisher: LoadPeers,
    options: { index?: number; layers?: readonly (LayerSpec & { rid?: string })[] } = {},
  ): Promise<FanoutRoom> {
    const { index = 0 } = options;
    const layers: readonly (LayerSpec & { rid?: string })[] = options.layers ?? [TYPICAL_VIDEO];
    const room = `fanout-${index}`;
    const audioSsrc = FIRST_SSRC + index * SSRCS_A_ROOM;
    const rids = layers.flatMap(({ rid }) => (rid === undefined ? [] : [rid]));
    const { token } = await worker.mint(room, "host", "user:host");
    const local = createCredentials();
    const video = rids.length > 0 ? rids : audioSsrc + 1;
    const { fingerprint } = publisher.load;
    const offer = writeOffer({ local, fingerprint, sends: { video, audio: audioSsrc } });
    const { answer } = await worker.openSession(MEDIA_PATHS.whip(room), token, offer);
    const id = await publisher.check(answer, local);
    await publisher.connect([id]);
    const sent = layers.map(({ rid, ...layer }, at) => ({
      ...layer,
      ssrc: audioSsrc + 1 + at,
      payloadType: PAYLOAD_TYPES.video,
      ...(rid === undefined ? {} : { firstExtensions: namesOf(rid) }),
    }));
    const feeder = new Feeder(
      { layers: sent, audioSsrc, audioPayloadType: PAYLOAD_TYPES.audio },
      ({ packets }) => publisher.load.sendRtp(id, packets),
    );
    return new FanoutRoom(worker, room, feeder);
  }

  private constructor(worker: MediaWorker, room: string, feeder: Feeder) {
    this.#worker = worker;
    this.#room = room;
    this.feeder = feeder;
  }

  /** Lets `count` more viewers in, each a participant of their own. */
  async join(receivers: LoadPeers, count: number): Promise<void> {
    const { fingerprint } = receivers.load;
    const first = this.viewers.length;
    let next = 0;
    const joinSome = async () => {
      for (let turn = next++; turn < count; turn = next++) {
        const { token } = await this.#worker.mint(this.#room, "viewer", `guest:v${first + turn}`);
        const local = createCredentials();
        const offer = writeOffer({ local, fingerprint });
        const { answer, url } = await this.#worker.openSession(MEDIA_PATHS.whep(this.#room), token, offer);
        await receivers.connect([await receivers.check(answer, local)]);
        this.viewers.push({ url, token });
      }
    };
    await Promise.all(Array.from({ length: JOINS_AT_ONCE }, joinSome));
  }

  /** Has a viewer ask for a layer. */
  async choose(viewer: ViewerHandle, layer: string): Promise<void> {
    const response = await fetch(`${viewer.url}/slots`, {
      method: "PUT",
      headers: { authorization: `Bearer ${viewer.token}`, "content-type": "application/json" },
      body: JSON.stringify({ slots: [{ mid: VIDEO_MID, layer }] }),
    });
    if (!response.ok) throw new Error(`slots: ${response.status} ${await response.text()}`);
  }

  /** Layer that a viewer's video slot shows, or null. */
  async layerOf(viewer: ViewerHandle): Promise<string | null> {
    const response = await fetch(`${viewer.url}/slots`, {
      headers: { authorization: `Bearer ${viewer.token}` },
    });
    const { slots } = (await response.json()) as SlotsResponse;
    return slots.find(({ mid }) => mid === VIDEO_MID)?.layer ?? null;
  }

  close(): void {
    this.feeder.close();
  }
}

function namesOf(rid: string) {
  const text = new TextEncoder();
  return [
    { id: EXTENSIONS.mid, data: text.encode(VIDEO_MID) },
    { id: EXTENSIONS.rid, data: text.encode(rid) },
  ];
}
