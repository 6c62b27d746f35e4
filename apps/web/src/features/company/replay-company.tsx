import { type ReactNode, useState } from "react";
import { Tabs } from "../../ui/molecules/tabs.tsx";
import { ReplayChatPanel } from "../chat/replay-chat-panel.tsx";
import type { ReplayLog } from "../chat/replay-log.ts";
import { SupportersPanel } from "../gifts/supporters-panel.tsx";

type View = "chat" | "top" | "about";

export interface ReplayCompanyProps {
  room: string;
  broadcast: string | null;
  log: ReplayLog | null;
  /** What the show was about, where it has no other place. */
  about: ReactNode | null;
}

/** What was said in a recorded show and who supported it, in one column. */
export function ReplayCompany({ room, broadcast, log, about }: ReplayCompanyProps) {
  const [view, setView] = useState<View>("chat");
  const shown = view === "about" && about === null ? "chat" : view;
  return (
    <Tabs
      fill
      label="Company"
      current={shown}
      onChange={setView}
      tabs={[
        { key: "chat", label: "Chat" },
        { key: "top", label: "Top" },
        ...(about === null ? [] : [{ key: "about", label: "About" } as const]),
      ]}
    >
      {shown === "chat" && <ReplayChatPanel log={log} />}
      {shown === "top" && <SupportersPanel room={room} broadcast={broadcast} store={null} />}
      {shown === "about" && <div className="min-h-0 flex-1 overflow-y-auto p-4 pb-10">{about}</div>}
    </Tabs>
  );
}
