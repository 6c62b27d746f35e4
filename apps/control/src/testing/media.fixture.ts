import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  type ControlToMedia,
  type IngestAddresses,
  LINK_PATH,
  type MediaSession,
  type MediaToControl,
  NO_INGEST,
  type Publisher,
  type RecordingFact,
  type RoomAudience,
  type RoomFindings,
} from "@sameroom/contract";
import { WebSocket } from "ws";
import { NODE_SECRET } from "./control.fixture.ts";

/** A media worker's end of the link, speaking the contract. */
export interface Media {
  readonly socket: WebSocket;
  send(message: MediaToControl): void;
  /** What control said that was not read yet. */
  readonly inbox: ControlToMedia[];
  /** Waits for the next message of a type. */
  expect<Type extends ControlToMedia["type"]>(type: Type): Promise<Extract<ControlToMedia, { type: Type }>>;
  close(): Promise<void>;
}

export interface MediaOptions {
  worker?: string;
  boot?: string;
  publicUrl?: string;
  relayUrl?: string;
  publishers?: Publisher[];
  viewers?: MediaSession[];
  recordings?: RecordingFact[];
  hls?: boolean;
  maxSessions?: number;
  ingest?: IngestAddresses;
  findings?: RoomFindings[];
  audiences?: RoomAudience[];
}

export function publisher(room: string, id: string, overrides: Partial<Publisher> = {}): Publisher {
  return {
    ...{ id, room, participant: "user:host", name: "Host", role: "host", protocol: "whip", sinceUnixMs: 0 },
    ...{ state: "flowing", video: { codec: "H264", layers: 1 }, audio: { codec: "opus" } },
    ...overrides,
  };
}

export function watcher(room: string, id: string, overrides: Partial<MediaSession> = {}): MediaSession {
  return {
    ...{
      id,
      room,
      participant: `guest:${id}`,
      name: "Guest",
      role: "viewer",
      protocol: "whep",
      sinceUnixMs: 0,
    },
    ...overrides,
  };
}

/** What media says of a recording. */
export function recording(room: string, overrides: Partial<RecordingFact> = {}): RecordingFact {
  return {
    ...{ id: randomUUID(), room, broadcast: null, state: "recording", fault: null },
    ...{ startedUnixMs: Date.now(), durationMs: 0, bytes: 0, width: 1280, height: 720 },
    ...{ file: null, hasPictures: false },
    ...overrides,
  };
}

/** What makes a recording's fact one of a finished recording. */
export const READY = {
  ...({ state: "ready", durationMs: 60_000, bytes: 5_000_000, hasPictures: true } as const),
  file: { bytes: 4_000_000, sha256: "ab".repeat(32) },
};

/** Connects and says hello; resolves when control has welcomed it. */
export async function connectMedia(port: number, options: MediaOptions = {}): Promise<Media> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${LINK_PATH}`, {
    headers: { authorization: `Bearer ${NODE_SECRET}` },
  });
  const inbox: ControlToMedia[] = [];
  let arrived = () => {};
  socket.on("message", (data) => {
    inbox.push(JSON.parse(String(data)) as ControlToMedia);
    arrived();
  });
  await once(socket, "open");
  const media: Media = {
    socket,
    inbox,
    send: (message) => socket.send(JSON.stringify(message)),
    async expect(type) {
      for (;;) {
        const index = inbox.findIndex((message) => message.type === type);
        if (index >= 0) return inbox.splice(index, 1)[0] as never;
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, "close");
    },
  };
  media.send({
    ...{ type: "hello", worker: options.worker ?? "media-1", boot: options.boot ?? "boot-1", version: "0" },
    publicUrl: options.publicUrl ?? ":8081",
    relayUrl: options.relayUrl ?? null,
    publishers: options.publishers ?? [],
    viewers: options.viewers ?? [],
    recordings: options.recordings ?? [],
    hls: options.hls ?? true,
    maxSessions: options.maxSessions ?? null,
    ingest: options.ingest ?? NO_INGEST,
    findings: options.findings ?? [],
    audiences: options.audiences ?? [],
  });
  await media.expect("welcome");
  return media;
}
