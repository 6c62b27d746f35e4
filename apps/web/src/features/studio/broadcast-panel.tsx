import type { Publisher } from "@sameroom/contract";
import { Radio, Square } from "lucide-react";
import { LiveBadge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { formatViewers } from "../../ui/format/numbers.ts";
import { formatElapsed } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { isEncoder } from "./source-words.ts";
import type { Broadcast } from "./use-broadcast.ts";

export interface OnAir {
  /** The room is live or interrupted, whoever publishes. */
  onAir: boolean;
  /** The show lost its host; the grace period runs. */
  interrupted: boolean;
  startedAt: string | null;
  clockOffsetMs: number;
  viewers: number;
  /** What is on air and not from this page; null: nothing is connected. */
  source: Publisher | null;
}

/** How long the show has been on air, by the server's clock. */
export function LiveTimer({ startedAt, clockOffsetMs }: Pick<OnAir, "startedAt" | "clockOffsetMs">) {
  const now = useNow(1_000);
  return (
    <LiveBadge>LIVE {startedAt && formatElapsed(now + clockOffsetMs - Date.parse(startedAt))}</LiveBadge>
  );
}

/** The one big button: go live, or end. */
export function BroadcastButton(props: {
  broadcast: Broadcast;
  air: OnAir;
  ready: boolean;
  size?: "md" | "lg";
  onEnd: () => void;
  /** Asked to replace what another device sends. */
  onTakeOver: () => void;
}) {
  const { broadcast, air, ready, size = "lg", onEnd, onTakeOver } = props;
  if (broadcast.state === "connecting") {
    return (
      <Button variant="primary" size={size} busy>
        Going live
      </Button>
    );
  }
  if (broadcast.state !== "idle" && broadcast.state !== "failed" && broadcast.state !== "ended") {
    return (
      <Button variant="danger" size={size} icon={<Square size={16} fill="currentColor" />} onClick={onEnd}>
        End
      </Button>
    );
  }
  if (air.onAir) {
    return (
      <>
        <Button
          variant={air.interrupted ? "primary" : "secondary"}
          size={size}
          disabled={!ready}
          icon={<Radio size={20} />}
          onClick={air.interrupted ? broadcast.goLive : onTakeOver}
        >
          {air.interrupted ? "Go on" : "Take over"}
        </Button>
        <Button variant="danger" size={size} icon={<Square size={16} fill="currentColor" />} onClick={onEnd}>
          End
        </Button>
      </>
    );
  }
  return (
    <Button
      variant="primary"
      size={size}
      disabled={!ready}
      icon={<Radio size={20} />}
      onClick={broadcast.goLive}
    >
      Go live
    </Button>
  );
}

/** What the state of the show is, beside the button. */
export function BroadcastSummary({
  broadcast,
  air,
  ready,
}: {
  broadcast: Broadcast;
  air: OnAir;
  ready: boolean;
}) {
  if (broadcast.state === "reconnecting") return <p className="font-semibold text-warn">Reconnecting…</p>;
  if (broadcast.state === "live") return <p className="font-semibold">{formatViewers(air.viewers)}</p>;
  if (air.interrupted) return <p className="font-semibold text-warn">Your viewers are waiting for you.</p>;
  if (air.source) return <p className="text-ink-soft">{onAirWords(air.source)}</p>;
  if (air.onAir) return <p className="text-ink-soft">On air.</p>;
  return (
    <p className="text-ink-soft">{ready ? "You are not live yet." : "No camera and no microphone yet."}</p>
  );
}

function onAirWords(source: Publisher): string {
  return isEncoder(source) ? "On air from your encoder." : "On air from another device.";
}
