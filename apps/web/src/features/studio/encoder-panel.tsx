import { MEDIA_PATHS } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { CopyField } from "../../ui/molecules/copy-field.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { streamKeyQuery, useRotateStreamKey } from "../rooms/room-queries.ts";
import { siteQuery } from "../site/site-queries.ts";

/** For OBS and other WHIP encoders: the address and the stream key, which is shown once. */
export function EncoderPanel({ room }: { room: string }) {
  const site = useQuery(siteQuery);
  const state = useQuery(streamKeyQuery(room));
  const rotate = useRotateStreamKey(room);
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const make = () =>
    rotate.mutate(undefined, {
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
      onSettled: () => setAsking(false),
    });
  return (
    <Panel title="Stream with OBS">
      <div className="flex flex-col gap-4">
        <p className="text-sm text-ink-soft">
          In OBS choose the service <strong className="font-semibold text-ink">WHIP</strong> and enter these
          two.
        </p>
        {site.data ? (
          <CopyField label="server address" value={site.data.mediaUrl + MEDIA_PATHS.whip(room)} />
        ) : (
          <Skeleton className="h-11 rounded-xl" />
        )}
        {rotate.data ? (
          <>
            <CopyField label="stream key" value={rotate.data.key} />
            <Notice tone="warn" title="Copy the key now">
              It is shown this once. Whoever has it can go live in your room.
            </Notice>
          </>
        ) : (
          state.data && <KeyState state={state.data} />
        )}
        <Button
          size="sm"
          className="self-start"
          busy={rotate.isPending}
          icon={<KeyRound size={16} />}
          onClick={() => (state.data?.exists ? setAsking(true) : make())}
        >
          {state.data?.exists ? "Make a new key" : "Make a stream key"}
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        title="Make a new stream key?"
        confirm="Make a new key"
        busy={rotate.isPending}
        onConfirm={make}
        onCancel={() => setAsking(false)}
      >
        The old key stops working at once. Enter the new one in every encoder that streams to this room.
      </ConfirmDialog>
    </Panel>
  );
}

function KeyState({ state }: { state: { exists: boolean; prefix: string | null } }) {
  if (!state.exists) return <p className="text-sm text-ink-soft">This room has no stream key yet.</p>;
  return (
    <p className="text-sm text-ink-soft">
      A key that starts with{" "}
      <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-ink">{state.prefix}</code> is in use.
    </p>
  );
}
