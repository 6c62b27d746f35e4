import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../atoms/icon-button.tsx";

/** A value to take along, with a button that copies it; selecting it by hand works where copying is refused. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div className="flex items-center gap-1 rounded-xl border border-line bg-sunken pl-3.5">
      <input
        readOnly
        aria-label={label}
        value={value}
        onFocus={(event) => event.target.select()}
        className="h-11 min-w-0 flex-1 truncate rounded bg-transparent font-mono text-sm text-ink"
      />
      <IconButton
        label={copied ? "Copied" : `Copy ${label}`}
        icon={copied ? <Check size={18} className="text-good" /> : <Copy size={18} />}
        onClick={copy}
      />
    </div>
  );
}
