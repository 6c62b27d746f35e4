import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "../atoms/icon-button.tsx";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

/** A modal window: the browser's own dialog, so focus is kept inside, Escape closes it and focus returns. */
export function Dialog({ open, onClose, title, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog already; this is the click beside it
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      className="m-auto w-[min(30rem,calc(100vw-2rem))] animate-rise rounded-3xl border border-line bg-surface p-0 text-ink shadow-float max-sm:mb-4"
    >
      <div className="flex flex-col gap-5 p-6">
        <div className="flex items-start justify-between gap-4">
          <h2 id={id} className="text-xl font-bold">
            {title}
          </h2>
          <IconButton
            label="Close"
            icon={<X size={20} />}
            onClick={() => dialog.current?.close()}
            className="-mt-2 -mr-2"
          />
        </div>
        {children}
      </div>
    </dialog>
  );
}
