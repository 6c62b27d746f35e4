import type { RoomIngest } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { CopyField } from "../../ui/molecules/copy-field.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { Tabs } from "../../ui/molecules/tabs.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { roomIngestQuery, streamKeyQuery, useRotateStreamKey } from "../rooms/room-queries.ts";
import {
  ENCODER_PROTOCOLS,
  type EncoderProtocol,
  encoderAddress,
  KEY_PLACE,
  obsSteps,
} from "./encoder-address.ts";

/** For OBS and other encoders: addresses, the stream key, which is shown once, and how to set them up. */
export function EncoderPanel({ room }: { room: string }) {
  const ingest = useQuery(roomIngestQuery(room));
  const rotate = useRotateStreamKey(room);
  const key = rotate.data?.key;
  return (
    <Panel title="Stream with OBS">
      <div className="flex flex-col gap-4">
        <p className="text-sm text-ink-soft">
          Or any other encoder: hardware, vMix, FFmpeg. It goes live in this room when it starts to send.
        </p>
        <StreamKey room={room} rotate={rotate} />
        {ingest.data ? (
          <Addresses ingest={ingest.data} streamKey={key ?? KEY_PLACE} />
        ) : ingest.isError ? (
          <p className="text-sm text-bad">{messageOf(ingest.error)}</p>
        ) : (
          <Skeleton className="h-44 rounded-xl" />
        )}
      </div>
    </Panel>
  );
}

function Addresses({ ingest, streamKey }: { ingest: RoomIngest; streamKey: string }) {
  const offered = ENCODER_PROTOCOLS.filter(({ key }) => ingest[key] !== null);
  const [chosen, setChosen] = useState<EncoderProtocol>("rtmp");
  const current = offered.some(({ key }) => key === chosen) ? chosen : "whip";
  const setUp = (
    <SetUp
      address={encoderAddress(ingest, current, streamKey) ?? ""}
      protocol={current}
      needsPassphrase={current === "srt" && ingest.srtPassphrase}
    />
  );
  if (offered.length < 2) return setUp;
  return (
    <div>
      <Tabs label="How your encoder sends" tabs={[...offered]} current={current} onChange={setChosen}>
        <div className="-mt-2">{setUp}</div>
      </Tabs>
    </div>
  );
}

function SetUp(props: { address: string; protocol: EncoderProtocol; needsPassphrase: boolean }) {
  const { address, protocol, needsPassphrase } = props;
  return (
    <div className="flex flex-col gap-4">
      <CopyField label="server address" value={address} />
      {address.includes(KEY_PLACE) && (
        <p className="text-sm text-ink-soft">
          Put your key where it says <code className="font-mono">{KEY_PLACE}</code>, or make a new key: then
          the address is complete.
        </p>
      )}
      {needsPassphrase && (
        <p className="text-sm text-ink-soft">
          This server takes SRT encrypted only. Ask who runs it for the passphrase, and put it at the end of
          the address: <code className="font-mono">&amp;passphrase=THE-PASSPHRASE</code>.
        </p>
      )}
      <ol aria-label="How to set up OBS" className="flex list-decimal flex-col gap-1.5 pl-5 text-sm">
        {obsSteps(protocol).map((step) => (
          <li key={step} className="pl-1 marker:font-semibold marker:text-ink-faint">
            {step}.
          </li>
        ))}
      </ol>
    </div>
  );
}

function StreamKey(props: { room: string; rotate: ReturnType<typeof useRotateStreamKey> }) {
  const { rotate } = props;
  const state = useQuery(streamKeyQuery(props.room));
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const make = () =>
    rotate.mutate(undefined, {
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
      onSettled: () => setAsking(false),
    });
  return (
    <>
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
    </>
  );
}

function KeyState({ state }: { state: { exists: boolean; prefix: string | null } }) {
  if (!state.exists)
    return <p className="text-sm text-ink-soft">This room has no stream key yet. Make one to begin.</p>;
  return (
    <p className="text-sm text-ink-soft">
      A key that starts with{" "}
      <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-ink">{state.prefix}</code> is in use.
    </p>
  );
}
