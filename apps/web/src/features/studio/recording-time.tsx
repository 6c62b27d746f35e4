import { useQuery } from "@tanstack/react-query";
import { formatElapsed } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { recordingQuery } from "../recordings/recording-queries.ts";

/** How long a recording has been running, by the server's clock; nothing until that is known. */
export function RecordingTime({ id, clockOffsetMs }: { id: string; clockOffsetMs: number }) {
  const recording = useQuery(recordingQuery(id)).data;
  const now = useNow(1_000);
  if (!recording) return null;
  return (
    <span className="tabular">{formatElapsed(now + clockOffsetMs - Date.parse(recording.startedAt))}</span>
  );
}
