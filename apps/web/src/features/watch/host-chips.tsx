import type { HostNotice, HostStatus } from "@sameroom/contract";
import { MicOff, MonitorUp } from "lucide-react";
import { useEffect, useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { noticeText } from "./notices.ts";

const NOTICE_SHOWN_MS = 4_000;

/** What the host's devices are doing, and for a moment what just changed. */
export function HostChips(props: { host: HostStatus; notice: { count: number; notice: HostNotice } | null }) {
  const shown = useLatest(props.notice);
  return (
    <>
      {props.host.microphoneMuted && (
        <Badge tone="glass" icon={<MicOff size={14} aria-hidden="true" />}>
          Muted
        </Badge>
      )}
      {props.host.screenSharing && (
        <Badge tone="glass" icon={<MonitorUp size={14} aria-hidden="true" />}>
          Screen
        </Badge>
      )}
      {shown && (
        <span className="max-w-full animate-rise truncate rounded-full bg-white px-3 py-1 text-xs font-semibold text-[oklch(0.24_0.045_325)]">
          {shown}
        </span>
      )}
    </>
  );
}

function useLatest(notice: { count: number; notice: HostNotice } | null): string | null {
  const [over, setOver] = useState(0);
  const count = notice?.count ?? 0;
  useEffect(() => {
    if (count === 0) return;
    const timer = setTimeout(() => setOver(count), NOTICE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [count]);
  return notice && count > over ? noticeText(notice.notice) : null;
}
