import type { AmfObject, AmfValue } from "./amf-value.ts";
import { commandMessage } from "./command.ts";
import type { RtmpMessage } from "./message-type.ts";

/** What encoders of the Flash age expect a server to be. */
const SERVER: [string, AmfValue][] = [
  ["fmsVer", "FMS/3,0,1,123"],
  ["capabilities", 31],
];
/** We take them and pass them on (E-RTMP v2, FourCcInfoMask: can decode, can forward). */
const TAKEN = 1 | 4;
const VIDEO = ["avc1", "hvc1", "av01", "vp09", "vp08"];
const AUDIO = ["mp4a", "Opus"];
/** ModEx and its nanoseconds; of several tracks we take one, so we do not claim them (E-RTMP v2, CapsExMask). */
const CAPABILITIES = 4 | 8;

/** `_result` of `connect`. `isEnhanced`: the client spoke of codecs by FourCC, and is told which are taken. */
export function connectResult(transaction: number, isEnhanced: boolean): RtmpMessage {
  const information: [string, AmfValue][] = [
    ["level", "status"],
    ["code", "NetConnection.Connect.Success"],
    ["description", "Connected."],
    ["objectEncoding", 0],
  ];
  if (isEnhanced) {
    information.push(["videoFourCcInfoMap", taken(VIDEO)], ["audioFourCcInfoMap", taken(AUDIO)]);
    information.push(["capsEx", CAPABILITIES]);
  }
  return commandMessage(0, "_result", transaction, new Map(SERVER), new Map(information));
}

/** `_error` of `connect`. */
export function connectError(transaction: number, description: string): RtmpMessage {
  const information = status("error", "NetConnection.Connect.Rejected", description);
  return commandMessage(0, "_error", transaction, null, information);
}

/** `onStatus` of a message stream (RTMP 1.0 section 7.2.2.6). */
export function onStatus(
  streamId: number,
  level: "status" | "error",
  code: string,
  description: string,
): RtmpMessage {
  return commandMessage(streamId, "onStatus", 0, null, status(level, code, description));
}

function status(level: string, code: string, description: string): AmfObject {
  return new Map([
    ["level", level],
    ["code", code],
    ["description", description],
  ]);
}

function taken(codecs: readonly string[]): AmfObject {
  return new Map(codecs.map((codec) => [codec, TAKEN]));
}
