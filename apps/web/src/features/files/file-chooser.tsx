import { type FilePlayback, type MediaFile, PLAYLIST_MAX_FILES } from "@sameroom/contract";
import { ArrowUp, Play, Plus, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { formatBytes } from "../../ui/format/numbers.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { usePlay } from "./file-queries.ts";
import { moveUp } from "./move-up.ts";

/** Puts a playlist together and starts it. `before`: what was played last. */
export function FileChooser(props: { room: string; files: readonly MediaFile[]; before: FilePlayback }) {
  const { room, files, before } = props;
  const play = usePlay(room);
  const toast = useToast();
  const [chosen, setChosen] = useState<readonly string[]>(before.files);
  const [loop, setLoop] = useState(before.loop);
  const [search, setSearch] = useState("");
  const found = files.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()));
  if (files.length === 0)
    return <p className="text-sm text-ink-soft">The server's directory of files has no media in it.</p>;
  return (
    <>
      {files.length > 8 && (
        <Input
          type="search"
          aria-label="Search the files"
          placeholder="Search"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      )}
      <ul aria-label="Files" className="flex max-h-60 flex-col overflow-y-auto text-sm">
        {found.map(({ name, bytes }) => (
          <li key={name} className="flex items-center gap-2 border-line border-t first:border-t-0">
            <span className="min-w-0 flex-1 truncate" title={name}>
              {name}
            </span>
            <span className="text-ink-faint tabular">{formatBytes(bytes)}</span>
            <IconButton
              label={`Add ${name}`}
              icon={<Plus size={18} />}
              disabled={chosen.length >= PLAYLIST_MAX_FILES}
              onClick={() => setChosen([...chosen, name])}
            />
          </li>
        ))}
        {found.length === 0 && <li className="py-2 text-ink-soft">No file is called so.</li>}
      </ul>
      {chosen.length > 0 && (
        <ol aria-label="Playlist" className="flex flex-col rounded-xl bg-sunken px-3 text-sm">
          {chosen.map((name, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a file may stand in the list twice
            <li key={index} className="flex items-center gap-1 border-line border-t first:border-t-0">
              <span className="min-w-0 flex-1 truncate" title={name}>
                {index + 1}. {name}
              </span>
              <IconButton
                label={`Play ${name} earlier`}
                icon={<ArrowUp size={16} />}
                disabled={index === 0}
                onClick={() => setChosen(moveUp(chosen, index))}
              />
              <IconButton
                label={`Remove ${name}`}
                icon={<X size={16} />}
                onClick={() => setChosen(chosen.filter((_, at) => at !== index))}
              />
            </li>
          ))}
        </ol>
      )}
      <div className="flex flex-wrap items-center gap-4">
        <Button
          size="sm"
          variant="primary"
          icon={<Play size={16} />}
          disabled={chosen.length === 0}
          busy={play.isPending}
          onClick={() =>
            play.mutate(
              { files: [...chosen], loop },
              { onError: (error) => toast({ text: messageOf(error), tone: "bad" }) },
            )
          }
        >
          Play live
        </Button>
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-ember"
            checked={loop}
            onChange={({ target }) => setLoop(target.checked)}
          />
          Again and again
        </label>
      </div>
    </>
  );
}
