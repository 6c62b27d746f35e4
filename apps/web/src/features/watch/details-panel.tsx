import type { WatchDetails } from "@sameroom/client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { detailRows, detailsText } from "./quality-words.ts";
import { StagePanel } from "./stage-panel.tsx";

const REFRESH_MS = 1_000;

/** Everything about the connection that support people ask for, fresh every second, to be copied. */
export function DetailsPanel({
  read,
  onClose,
}: {
  read: () => Promise<WatchDetails | null>;
  onClose: () => void;
}) {
  const [details, setDetails] = useState<WatchDetails | null>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    let over = false;
    const look = () => {
      void read().then((now) => {
        if (!over && now) setDetails(now);
      });
    };
    look();
    const timer = setInterval(look, REFRESH_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [read]);
  const copy = async () => {
    if (!details) return;
    try {
      await navigator.clipboard.writeText(detailsText(details));
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      setCopied(false);
    }
  };
  return (
    <StagePanel
      title="Connection"
      side="left"
      onClose={onClose}
      aside={
        <button
          type="button"
          onClick={copy}
          disabled={details === null}
          className="flex h-11 items-center gap-2 rounded-xl px-3 text-sm font-medium text-white/85 hover:bg-white/12 hover:text-white"
        >
          {copied ? <Check size={17} aria-hidden="true" /> : <Copy size={17} aria-hidden="true" />}
          <span role="status">{copied ? "Copied" : "Copy"}</span>
        </button>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-3 pt-1 pb-2 text-sm">
        {(details ? detailRows(details) : []).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-white/65">{name}</dt>
            <dd className="min-w-0 break-words text-right font-medium tabular">{value}</dd>
          </div>
        ))}
      </dl>
      {details === null && <p className="px-3 pb-3 text-sm text-white/75">Measuring…</p>}
    </StagePanel>
  );
}
