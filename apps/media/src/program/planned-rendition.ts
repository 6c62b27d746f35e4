import type { RenditionInfo } from "@sameroom/engine";

/** A rendition that is made when a player asks for it, and listed from the start. */
export interface PlannedRendition extends RenditionInfo {
  /** RFC 6381, as it will be. */
  codecs: string;
  /** Bits a second that are aimed at. */
  bps: number;
  /** In pixels; video only. */
  width?: number | undefined;
  height?: number | undefined;
  /** Audio only. */
  channels?: number | undefined;
}
