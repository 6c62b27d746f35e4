import type { RoomFiles } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useAccount } from "../session/session-queries.ts";
import { FileChooser } from "./file-chooser.tsx";
import { roomFilesQuery } from "./file-queries.ts";
import { NowPlaying } from "./now-playing.tsx";

/** For admins, where the server has a directory of files: plays them live, one after the other. */
export function FilesPanel({ room }: { room: string }) {
  const isAdmin = useAccount()?.role === "admin";
  const { data } = useQuery({ ...roomFilesQuery(room), enabled: isAdmin });
  if (!isAdmin || data?.available !== true) return null;
  return (
    <Panel title="Play files">
      <Content room={room} files={data} />
    </Panel>
  );
}

function Content({ room, files: { files, playback } }: { room: string; files: RoomFiles }) {
  if (playback.state === "starting" || playback.state === "live")
    return <NowPlaying room={room} playback={playback} />;
  return (
    <div className="flex flex-col gap-4">
      {playback.state === "failed" && (
        <p role="alert" className="break-words text-sm text-bad">
          {playback.files[playback.index] ?? "The playlist"} could not be played: {playback.message}.
        </p>
      )}
      <FileChooser room={room} files={files} before={playback} />
    </div>
  );
}
