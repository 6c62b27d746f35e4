import { may, type Presence, type RaisedHand, type StageMember } from "@sameroom/contract";
import { Check, Crown, Hand, Maximize2, Mic, MicOff, UserPlus, UserX, X } from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { Menu, menuItemClass } from "../../ui/molecules/menu.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { GuestPicture } from "./guest-picture.tsx";
import { HandOverDialog } from "./hand-over-dialog.tsx";
import { LayoutChooser } from "./layout-chooser.tsx";
import type { Guests } from "./use-guests.ts";
import type { StageLive } from "./use-stage.ts";

export interface StagePanelProps {
  live: StageLive;
  guests: Guests;
  /** Who is in the room. */
  people: readonly Presence[];
}

/** The stage as those see it who run it: hands, guests, layout. Shows only what this person may do. */
export function StagePanel({ live, guests, people }: StagePanelProps) {
  const { stage, hands, standings } = live;
  const toast = useToast();
  const send: StageLive["send"] = (name, input) =>
    live.send(name, input).catch((error: Error) => {
      toast({ tone: "bad", text: error.message });
    });
  const onStage = stage.members.filter(({ role }) => role === "guest");
  const inBattle = stage.members.some(({ role }) => role === "opponent");
  const runs = may(standings, "stage.invite");
  const busy = new Set([...stage.members, ...hands].map(({ participant }) => participant));
  const others = people.filter(({ participant, role }) => role !== "host" && !busy.has(participant));
  return (
    <Panel
      title="Stage"
      aside={
        runs && (
          <Menu
            label="Invite somebody"
            wide
            trigger={
              <span className="flex items-center gap-1.5 rounded-full px-3 py-1.5 text-sm font-semibold text-ink-soft hover:bg-sunken">
                <UserPlus size={17} aria-hidden="true" /> Invite
              </span>
            }
          >
            {(close) => (
              <div className="max-h-72 overflow-y-auto">
                {others.length === 0 && <p className="p-3 text-sm text-ink-soft">Nobody else is here yet.</p>}
                {others.map(({ participant, name }) => (
                  <button
                    key={participant}
                    type="button"
                    className={menuItemClass}
                    onClick={() => {
                      close();
                      void send("stage.invite", { participant });
                    }}
                  >
                    <Avatar name={name} size="sm" />
                    <span className="truncate">{name}</span>
                  </button>
                ))}
              </div>
            )}
          </Menu>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {onStage.length === 0 && hands.length === 0 && (
          <p className="text-sm text-ink-soft">
            Viewers who raise a hand appear here. Up to eight can join you in the picture.
          </p>
        )}
        {hands.length > 0 && (
          <ul aria-label="Raised hands" className="flex flex-col gap-2">
            {hands.map((hand) => (
              <HandRow key={hand.participant} hand={hand} send={send} />
            ))}
          </ul>
        )}
        {onStage.length > 0 && (
          <ul aria-label="On stage" className="flex flex-col gap-2.5">
            {onStage.map((member) => (
              <GuestRow key={member.participant} member={member} guests={guests} live={live} send={send} />
            ))}
          </ul>
        )}
        {onStage.length > 0 && !inBattle && may(standings, "stage.layout") && (
          <LayoutChooser
            chosen={stage.layout}
            onChoose={(layout) => void send("stage.layout", { layout, spotlight: stage.spotlight })}
          />
        )}
      </div>
    </Panel>
  );
}

function HandRow({ hand, send }: { hand: RaisedHand; send: StageLive["send"] }) {
  const { participant, name, note, invited } = hand;
  return (
    <li className="flex items-center gap-3 rounded-2xl bg-sunken p-2.5">
      <Avatar name={name} size="sm" />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5 font-semibold">
          {!invited && <Hand size={15} className="shrink-0 text-ember" aria-hidden="true" />}
          <span className="truncate">{name}</span>
        </p>
        <p className="text-sm text-ink-soft [overflow-wrap:anywhere]">
          {invited ? "Invited, no answer yet" : note}
        </p>
      </div>
      {!invited && (
        <Button
          size="sm"
          variant="primary"
          icon={<Check size={16} aria-hidden="true" />}
          aria-label={`Invite ${name}`}
          onClick={() => void send("stage.invite", { participant })}
        >
          Invite
        </Button>
      )}
      <IconButton
        label={invited ? `Take back the invitation of ${name}` : `Put down the hand of ${name}`}
        icon={<X size={18} />}
        onClick={() => void send("stage.remove", { participant })}
      />
    </li>
  );
}

function GuestRow(props: { member: StageMember; guests: Guests; live: StageLive; send: StageLive["send"] }) {
  const { member, guests, live, send } = props;
  const { stage, standings, you } = live;
  const { participant, name, silenced } = member;
  const isLarge = stage.spotlight === participant;
  const leads = stage.lead === participant;
  const isSelf = participant === you;
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex items-center gap-3">
      {isSelf ? (
        <Avatar name={name} size="md" />
      ) : (
        <div className="aspect-video w-28 shrink-0 overflow-hidden rounded-xl">
          <GuestPicture member={member} guests={guests} />
        </div>
      )}
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="truncate font-semibold">{name}</span>
          {member.state === "joining" && <Badge tone="dusk">Getting ready</Badge>}
          {member.state === "away" && <Badge tone="warn">Reconnecting</Badge>}
          {member.state === "on" && guests.speaking.includes(member.seat) && (
            <Badge tone="good">Speaking</Badge>
          )}
          {member.state === "on" && member.microphoneMuted && !silenced && <Badge>Muted</Badge>}
          {silenced && <Badge tone="bad">Muted by you</Badge>}
          {leads && <Badge tone="dusk">Runs the room</Badge>}
        </p>
        <div className="-ml-3 flex">
          {!isSelf && may(standings, "stage.mute") && (
            <IconButton
              tone={silenced ? "off" : "plain"}
              label={silenced ? `Let ${name} speak` : `Mute ${name}`}
              icon={silenced ? <MicOff size={18} /> : <Mic size={18} />}
              onClick={() => void send("stage.mute", { participant, silenced: !silenced })}
            />
          )}
          {may(standings, "stage.layout") && (
            <IconButton
              tone={isLarge ? "on" : "plain"}
              label={isLarge ? `Show ${name} like the others` : `Show ${name} large`}
              icon={<Maximize2 size={17} />}
              onClick={() =>
                void send("stage.layout", { layout: stage.layout, spotlight: isLarge ? null : participant })
              }
            />
          )}
          {may(standings, "stage.hand-over") && (leads || member.state === "on") && (
            <IconButton
              tone={leads ? "on" : "plain"}
              label={leads ? `Take the room back from ${name}` : `Hand the room to ${name}`}
              icon={<Crown size={18} />}
              onClick={() => (leads ? void send("stage.hand-over", { participant: null }) : setAsking(true))}
            />
          )}
          {!isSelf && may(standings, "stage.remove") && (
            <IconButton
              label={`Take ${name} off the stage`}
              icon={<UserX size={18} />}
              onClick={() => void send("stage.remove", { participant })}
            />
          )}
        </div>
      </div>
      <HandOverDialog
        open={asking}
        name={name}
        onConfirm={() => {
          setAsking(false);
          void send("stage.hand-over", { participant });
        }}
        onCancel={() => setAsking(false)}
      />
    </li>
  );
}
