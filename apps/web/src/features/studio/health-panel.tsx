import type { PublicationHealth } from "@sameroom/client";
import type { Publisher, PublisherHealth } from "@sameroom/contract";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatBitrate, formatShare } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/molecules/panel.tsx";
import { Stat } from "../../ui/molecules/stat.tsx";
import { healthWords } from "./health-words.ts";
import { bridgeWords, codecWords, sourceName } from "./source-words.ts";

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
      {health.layers.length > 1 && <Layers layers={health.layers} />}
    </Panel>
  );
}

/** The sizes viewers can be given; one that nobody needs rests, and saves upload. */
function Layers({ layers }: { layers: PublicationHealth["layers"] }) {
  return (
    <ul aria-label="Picture sizes sent" className="mt-3 flex flex-col gap-1 text-sm tabular">
      {layers.map(({ rid, height, bitrate, sending }) => (
        <li key={rid} className="flex items-center gap-2.5">
          <span
            aria-hidden="true"
            className={`size-2 rounded-full ${sending ? "bg-good" : "border border-line-strong"}`}
          />
          <span className="flex-1 font-medium">{height > 0 ? `${height}p` : rid}</span>
          <span className="text-ink-soft">{sending ? formatBitrate(bitrate) : "resting"}</span>
        </li>
      ))}
    </ul>
  );
}

/** The same as the server sees it, for a show that comes from an encoder; with what is made of it, and what that costs. */
export function EncoderHealthPanel({
  health,
  source,
}: {
  health: PublisherHealth | null;
  source: Publisher;
}) {
  const top = health?.layers?.[0];
  const { bridge } = health ?? {};
  const made = bridge && bridgeWords(bridge);
  return (
    <Panel title="Connection" aside={<Badge tone="dusk">{sourceName(source)}</Badge>}>
      {health === null ? (
        <p className="text-ink-soft">Measuring…</p>
      ) : (
        <dl className="grid grid-cols-2 gap-2">
          <Stat name="Received" value={formatBitrate(health.bitrate)} />
          <Stat
            name="Picture"
            value={
              source.video === null
                ? "none"
                : `${top?.height ? `${top.height}p ` : ""}${Math.round(health.framesPerSecond)}`
            }
            {...(source.video === null ? {} : { unit: "fps" })}
          />
          <Stat
            name="Round trip"
            value={health.roundTripMs === null ? "–" : `${Math.round(health.roundTripMs)} ms`}
          />
          <Stat name="Loss" value={formatShare(health.lossRatio)} />
        </dl>
      )}
      <p className="mt-3 text-sm text-ink-soft">{codecWords(source)}</p>
      {made && bridge && (
        <p className="mt-1 text-sm text-ink-soft">
          {made} That takes {formatShare(bridge.cpuMsPerSecond / 1000)} of a processor core.
        </p>
      )}
    </Panel>
  );
}
