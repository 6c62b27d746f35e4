import { may, type Standing } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { type ReactNode, useState } from "react";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Tabs } from "../../ui/molecules/tabs.tsx";
import { ChatPanel } from "../chat/chat-panel.tsx";
import type { Chat } from "../chat/use-chat.ts";
import { GiftButton } from "../gifts/gift-tray.tsx";
import { SupportersPanel } from "../gifts/supporters-panel.tsx";
import { usePersonMenu } from "../moderation/use-person-menu.tsx";
import { ReactionBar } from "../reactions/reaction-bar.tsx";
import type { ReactionSource } from "../reactions/reaction-source.ts";
import { PeoplePanel } from "../room/people-panel.tsx";
import type { RoomLive } from "../room/room-state.ts";

type View = "chat" | "people" | "top" | "about";

export interface RoomCompanyProps {
  room: string;
  live: RoomLive;
  chat: Chat;
  /** null: one does not react here. */
  reactions: ReactionSource | null;
  /** The show on air, or the last one; null: there was none. */
  broadcast: string | null;
  /** What the show is about, where it has no other place. */
  about: ReactNode | null;
}

/** Chat, people and supporters of a room, in one column. */
export function RoomCompany({ room, live, chat, reactions, broadcast, about }: RoomCompanyProps) {
  const [view, setView] = useState<View>("chat");
  const shown = view === "about" && about === null ? "chat" : view;
  const person = usePersonMenu({
    connection: chat.connection,
    ...{ you: live.you?.participant ?? null, standings: chat.standings },
  });
  return (
    <Tabs
      fill
      label="Company"
      current={shown}
      onChange={setView}
      tabs={[
        { key: "chat", label: "Chat" },
        { key: "top", label: "Top" },
        { key: "people", label: "People" },
        ...(about === null ? [] : [{ key: "about", label: "About" } as const]),
      ]}
    >
      {shown === "chat" && (
        <ChatPanel
          room={room}
          live={live}
          chat={chat}
          moreInMenu={person.lines}
          above={reactions && <ReactionBar onReact={(emoji) => reactions.react(emoji)} />}
          extra={
            isHost(chat.standings) ? null : (
              <GiftButton connection={chat.connection} captureUnixMs={chat.captureUnixMs} />
            )
          }
        />
      )}
      {person.dialog}
      {shown === "top" && <SupportersPanel room={room} broadcast={broadcast} store={chat.store} />}
      {shown === "people" && may(chat.standings, "report.read") && (
        <Link
          to="/studio/$room/moderation"
          params={{ room }}
          className={`${buttonClass("secondary", "sm")} mx-5 mt-3 self-start`}
        >
          <ShieldCheck size={16} aria-hidden="true" /> Moderation
        </Link>
      )}
      {shown === "people" && <PeoplePanel live={live} />}
      {shown === "about" && <div className="min-h-0 flex-1 overflow-y-auto p-4 pb-10">{about}</div>}
    </Tabs>
  );
}

/** Who gets the gifts sends none. */
function isHost(standings: readonly Standing[]): boolean {
  return standings.includes("owner") || standings.includes("host");
}
