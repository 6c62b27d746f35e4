import type { WatchDetails } from "../types.ts";

interface Entry {
  id: string;
  type: string;
  kind?: string;
  codecId?: string;
  mimeType?: string;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  nominated?: boolean;
  state?: string;
  candidateType?: string;
  protocol?: string;
  address?: string;
  bytesReceived?: number;
}

/** The part of the details that only the connection's statistics know. */
export function readWatchDetails(
  report: RTCStatsReport,
): Pick<WatchDetails, "transport" | "serverAddress" | "videoCodec" | "audioCodec"> {
  const entries = new Map<string, Entry>();
  report.forEach((entry: Entry, id: string) => {
    entries.set(entry.id ?? id, entry);
  });
  const all = [...entries.values()];
  const selectedId = all.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  // Firefox names no selected pair.
  const pair =
    entries.get(selectedId ?? "") ??
    all.find(({ type, nominated, state }) => {
      return type === "candidate-pair" && nominated === true && state === "succeeded";
    });
  const local = entries.get(pair?.localCandidateId ?? "");
  const remote = entries.get(pair?.remoteCandidateId ?? "");
  const codecOf = (kind: string) => {
    const received = all.filter((entry) => entry.type === "inbound-rtp" && entry.kind === kind);
    const flowing = received.find(({ bytesReceived = 0 }) => bytesReceived > 0);
    return entries.get(flowing?.codecId ?? "")?.mimeType?.split("/")[1] ?? null;
  };
  return {
    transport:
      local === undefined
        ? null
        : local.candidateType === "relay"
          ? "relay"
          : local.protocol === "tcp"
            ? "tcp"
            : "udp",
    serverAddress: remote?.address ?? null,
    videoCodec: codecOf("video"),
    audioCodec: codecOf("audio"),
  };
}
