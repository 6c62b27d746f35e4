import { takesOpus } from "@sameroom/contract";

/** What an address below `/vod/` asks for. */
export interface VodAddress {
  /** A UUID, small letters. */
  recording: string;
  /** The `~token` part, without the tilde. */
  token: string | undefined;
  /** Path of the file below the recording's directory. */
  file: string;
  /** Of the multivariant playlist: the player takes Opus, and wants no AAC. */
  takesOpus: boolean;
  /** File name for `Content-Disposition`: the file is to be kept, not played. */
  download: string | undefined;
}

const PLACE =
  /^\/vod\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(?:~([\w.-]{1,4096})\/)?([a-z0-9./-]{1,64})$/;
/** All that is to be had of a recording; its state and manifest are not. */
const FILE =
  /^(?:index\.m3u8|recording\.mp4|poster\.jpg|sprites\.vtt|sprites-\d{1,6}\.jpg|(?:video|opus|aac)\/(?:index\.m3u8|init-\d{1,9}\.mp4|\d{1,12}(?:-\d{1,12})?\.m4s))$/;
const LONGEST_NAME = 200;

/** Reads the path and query of a request; undefined for what is none of our addresses. Nothing in the path is decoded. */
export function parseVodAddress(url: string): VodAddress | undefined {
  const mark = url.indexOf("?");
  const place = PLACE.exec(mark < 0 ? url : url.slice(0, mark));
  if (place === null || !FILE.test(place[3]!)) return undefined;
  const [, recording, token, file] = place;
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  const name = query.get("download");
  const download = name === null ? undefined : name.slice(0, LONGEST_NAME);
  return { recording: recording!, token, file: file!, takesOpus: takesOpus(query), download };
}
