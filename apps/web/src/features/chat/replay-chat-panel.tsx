import { MessageCircleHeart } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { ChatList, type ChatListHandle } from "./chat-list.tsx";
import { foldGifts } from "./fold-gifts.ts";
import type { ReplayLog } from "./replay-log.ts";
import { useShowMessage } from "./use-show-message.ts";

/** What was said at this place of a recorded show. `log` null: nothing was kept. */
export function ReplayChatPanel({ log }: { log: ReplayLog | null }) {
  if (!log) {
    return (
      <Words title="No chat with this one">
        This recording is not of a show in the room, so nothing was said with it.
      </Words>
    );
  }
  return <Said log={log} />;
}

function Said({ log }: { log: ReplayLog }) {
  const known = useSyncExternalStore(log.subscribe, log.get);
  const lines = useMemo(() => foldGifts(known.lines), [known.lines]);
  const state = useSyncExternalStore(log.subscribe, log.state);
  const list = useRef<ChatListHandle>(null);
  const show = useCallback((index: number) => list.current?.show(index), []);
  const showMessage = useShowMessage({ lines, loadOlder: null, show });
  return (
    <div className="flex min-h-0 flex-1 flex-col pt-1.5 pb-2">
      <ChatList
        label="Chat of this show"
        lines={lines}
        pending={NONE}
        you={null}
        actions={null}
        showMessage={showMessage}
        loadOlder={null}
        onReading={ignore}
        onResend={ignore}
        onDiscard={ignore}
        handle={list}
        empty={
          state === "loading" ? (
            <div className="flex h-full items-center justify-center">
              <Spinner label="Loading the chat" size={26} />
            </div>
          ) : state === "failed" ? (
            <Words title="The chat cannot be loaded">
              <Button size="sm" className="mt-2" onClick={() => log.retry()}>
                Try again
              </Button>
            </Words>
          ) : (
            <Words title="Nothing was said yet">What was said comes with the picture.</Words>
          )
        }
      />
    </div>
  );
}

function Words({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex h-full flex-1 flex-col items-center justify-center gap-2 px-8 text-center">
      <MessageCircleHeart size={36} className="text-ink-faint" aria-hidden="true" />
      <p className="font-display text-lg font-bold">{title}</p>
      <div className="text-sm text-ink-faint">{children}</div>
    </div>
  );
}

const NONE: never[] = [];
const ignore = () => {};
