import { ClientError } from "../errors.ts";
import type { HlsPlayer, HlsPlayerOptions } from "./hls-player.ts";
import { NativePlayer } from "./native-player.ts";

/**
 * Opens a player. hls.js is loaded now, and only where it works: nobody downloads it who watches over WebRTC. Rejects when it
 * cannot be loaded (`network.unreachable`), or there is no way to play HLS (`media.unsupported`).
 */
export async function openHlsPlayer(options: HlsPlayerOptions): Promise<HlsPlayer> {
  if (typeof MediaSource !== "undefined" || "ManagedMediaSource" in globalThis) {
    const { HlsJsPlayer } = await import("./hlsjs-player.ts").catch(() => {
      throw new ClientError("network.unreachable", "The player for LL-HLS cannot be loaded.");
    });
    if (HlsJsPlayer.isSupported()) return new HlsJsPlayer(options);
  }
  if (NativePlayer.isSupported(options.element)) return new NativePlayer(options);
  throw new ClientError("media.unsupported", "This browser plays no HLS.");
}
