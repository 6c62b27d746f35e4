import { X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { joinClasses } from "../join-classes.ts";

export interface Toast {
  text: string;
  tone?: "neutral" | "good" | "bad";
  /** What can be done about it; the message goes with it. */
  action?: { label: string; act: () => void };
  /** Default five seconds. */
  shownMs?: number;
}
/** Shows a message; the function it gives takes it away again. */
type ShowToast = (toast: Toast) => () => void;
const ToastContext = createContext<ShowToast>(() => () => {});
const SHOWN_MS = 5_000;
const MOST = 3;

/** Shows a short message at the edge of the page, gone after a while. */
export function useToast(): ShowToast {
  return useContext(ToastContext);
}

/** Gives the pages inside it `useToast()` and shows what they say. */
export function Toaster({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Array<Toast & { id: number }>>([]);
  const last = useRef(0);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback<ShowToast>(
    (toast) => {
      last.current += 1;
      const id = last.current;
      setToasts((all) => [...all, { ...toast, id }].slice(-MOST));
      setTimeout(() => drop(id), toast.shownMs ?? SHOWN_MS);
      return () => drop(id);
    },
    [drop],
  );
  const value = useMemo(() => show, [show]);
  return (
    <ToastContext value={value}>
      {children}
      <div
        role="status"
        className="pointer-events-none fixed inset-x-0 bottom-20 z-50 flex flex-col items-center gap-2 px-4 sm:bottom-6"
      >
        {toasts.map((toast) => (
          <div
            key={toast.id}
            className={joinClasses(
              "pointer-events-auto flex animate-rise items-center gap-2 rounded-2xl py-1.5 pr-1.5 pl-4 text-sm font-semibold shadow-float",
              toast.tone === "bad" ? "bg-bad-wash text-bad" : "bg-ink text-canvas",
            )}
          >
            <span className="line-clamp-2 py-1">{toast.text}</span>
            {toast.action && (
              <button
                type="button"
                onClick={() => {
                  toast.action?.act();
                  drop(toast.id);
                }}
                className="flex h-9 items-center rounded-xl px-3 font-bold underline underline-offset-4"
              >
                {toast.action.label}
              </button>
            )}
            <button
              type="button"
              aria-label="Dismiss"
              onClick={() => drop(toast.id)}
              className="flex size-9 shrink-0 items-center justify-center rounded-xl"
            >
              <X size={16} />
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
