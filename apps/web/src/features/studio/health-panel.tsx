import type { PublicationHealth } from "@sameroom/client";
import type { PublisherHealth } from "@sameroom/contract";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatBitrate, formatShare } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/molecules/panel.tsx";
import { Stat } from "../../ui/molecules/stat.tsx";
import { healthWords } from "./health-words.ts";

const VERDICTS = { good: "Good", fair: "Fair", poor: "Poor" } as const;

/** How the upload is doing: the verdict in words, the numbers below it. */
export function HealthPanel({ health }: { health: PublicationHealth }) {
  const words = healthWords(health);
  return (
    <Panel title="Connection" aside={<Badge tone={words.tone}>{VERDICTS[health.verdict]}</Badge>}>
      <p aria-live="polite">
        <span className="font-semibold">{words.headline}.</span>{" "}
        <span className="text-ink-soft">{words.advice}</span>
      </p>
      <dl className="mt-4 grid grid-cols-2 gap-2">
        <Stat name="Upload" value={formatBitrate(health.bitrate)} />
        <Stat
          name="Picture"
          value={health.height > 0 ? `${health.height}p ${Math.round(health.framesPerSecond)}` : "none"}
        />
        <Stat
          name="Round trip"
          value={health.roundTripMs === null ? "–" : Math.round(health.roundTripMs)}
          {...(health.roundTripMs === null ? {} : { unit: "ms" })}
        />
        <Stat name="Loss" value={health.lossRatio === null ? "–" : formatShare(health.lossRatio)} />
      </dl>
    </Panel>
  );
}

/** The same as the server sees it, for a show that comes from an encoder. */
export function EncoderHealthPanel({ health }: { health: PublisherHealth }) {
  return (
    <Panel title="Connection">
      <dl className="grid grid-cols-2 gap-2">
        <Stat name="Received" value={formatBitrate(health.bitrate)} />
        <Stat name="Picture" value={Math.round(health.framesPerSecond)} unit="fps" />
        <Stat
          name="Round trip"
          value={health.roundTripMs === null ? "–" : `${Math.round(health.roundTripMs)} ms`}
        />
        <Stat name="Loss" value={formatShare(health.lossRatio)} />
      </dl>
    </Panel>
  );
}
