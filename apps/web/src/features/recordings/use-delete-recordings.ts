import type { RecordingView } from "@sameroom/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { PendingDeletes, UNDO_MS } from "./pending-deletes.ts";
import { deleteRecording } from "./recording-queries.ts";

/** Deletes with a way back: gone from the list at once, from the server when the time to undo is over. */
export function useDeleteRecordings(): {
  /** Ids that are deleted as far as the list is concerned. */
  gone: ReadonlySet<string>;
  remove: (recording: RecordingView) => void;
} {
  const queries = useQueryClient();
  const toast = useToast();
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const [deleted, setDeleted] = useState<ReadonlySet<string>>(new Set());
  const pending = useRef<PendingDeletes>(undefined);
  const dismissals = useRef(new Map<string, () => void>());
  useEffect(() => {
    const deletes = new PendingDeletes({
      onChange: setWaiting,
      remove(id, leaving) {
        dismissals.current.get(id)?.();
        dismissals.current.delete(id);
        // Out of sight before the answer: it was out of sight while it waited.
        setDeleted((all) => new Set(all).add(id));
        deleteRecording(id, leaving).then(
          () => queries.invalidateQueries({ queryKey: ["recordings"] }),
          (error: unknown) => {
            setDeleted((all) => new Set([...all].filter((each) => each !== id)));
            toast({ text: messageOf(error), tone: "bad" });
          },
        );
      },
    });
    pending.current = deletes;
    const leave = () => deletes.flush();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      deletes.flush();
    };
  }, [queries, toast]);
  const remove = useCallback(
    (recording: RecordingView) => {
      pending.current?.schedule(recording.id);
      const dismiss = toast({
        text: `“${recording.title}” is deleted.`,
        shownMs: UNDO_MS,
        action: { label: "Undo", act: () => pending.current?.undo(recording.id) },
      });
      dismissals.current.set(recording.id, dismiss);
    },
    [toast],
  );
  return { gone: new Set([...waiting, ...deleted]), remove };
}
