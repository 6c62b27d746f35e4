import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { type DetailRow, detailsText } from "./quality-words.ts";
import { StagePanel } from "./stage-panel.tsx";

const REFRESH_MS = 1_000;

/** Everything about what plays that support people ask for, fresh every second, to be copied. */
export function DetailsPanel({
  title,
  read,
  onClose,
}: {
  title: string;
  read: () => Promise<DetailRow[] | null>;
  onClose: () => void;
}) {
  const [rows, setRows] = useState<DetailRow[] | null>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    let over = false;
    const look = () => {
      void read().then((now) => {
        if (!over && now) setRows(now);
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
    if (!rows) return;
    try {
      await navigator.clipboard.writeText(detailsText(rows));
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      setCopied(false);
    }
  };
  return (
    <StagePanel
      title={title}
      side="left"
      onClose={onClose}
      aside={
        <button
          type="button"
          onClick={copy}
          disabled={rows === null}
          className="flex h-11 items-center gap-2 rounded-xl px-3 text-sm font-medium text-white/85 hover:bg-white/12 hover:text-white"
        >
          {copied ? <Check size={17} aria-hidden="true" /> : <Copy size={17} aria-hidden="true" />}
          <span role="status">{copied ? "Copied" : "Copy"}</span>
        </button>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-3 pt-1 pb-2 text-sm">
        {(rows ?? []).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-white/65">{name}</dt>
            <dd className="min-w-0 break-words text-right font-medium tabular">{value}</dd>
          </div>
        ))}
      </dl>
      {rows === null && <p className="px-3 pb-3 text-sm text-white/75">Measuring…</p>}
    </StagePanel>
  );
}
