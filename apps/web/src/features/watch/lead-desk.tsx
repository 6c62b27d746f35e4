import type { RoomConnection } from "@sameroom/client";
import type { Stage } from "@sameroom/contract";
import { Square } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { BattlePanel } from "../battles/battle-panel.tsx";
import type { BattleLive } from "../battles/use-battle.ts";
import { RaidPanel } from "../raids/raid-panel.tsx";
import { EndDialog } from "../room/end-dialog.tsx";
import type { RoomLive } from "../room/room-state.ts";

/** For a guest the room was handed to: battles, raids, and the end, which the owner has in the studio. */
export function LeadDesk(props: {
  room: string;
  stage: Stage;
  battles: BattleLive;
  live: RoomLive;
  connection: RoomConnection | null;
}) {
  const { room, stage, battles, live, connection } = props;
  const [ending, setEnding] = useState(false);
  return (
    <>
      <BattlePanel room={room} stage={stage} live={battles} />
      <RaidPanel room={room} live={live} connection={connection} isOwner={false} />
      <Panel title="The end">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-sm text-ink-soft">Ends the show for everybody, the owner as well.</p>
          <Button
            variant="danger"
            icon={<Square size={16} aria-hidden="true" />}
            disabled={connection === null}
            onClick={() => setEnding(true)}
          >
            End the show
          </Button>
        </div>
      </Panel>
      <EndDialog
        open={ending}
        viewers={live.room?.viewers ?? 0}
        end={async () => void (await connection?.command("room.end", {}))}
        onClose={() => setEnding(false)}
      />
    </>
  );
}
