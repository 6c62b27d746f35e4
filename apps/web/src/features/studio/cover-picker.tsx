import type { RoomDetail } from "@sameroom/contract";
import { ImageUp, Trash2 } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { RoomPicture } from "../rooms/room-picture.tsx";
import { useCover } from "../rooms/room-queries.ts";

const TYPES = ["image/jpeg", "image/png", "image/webp"];
const LARGEST = 4 * 1024 * 1024;

/** What is wrong with a file as a cover; null when nothing is. */
export function coverFault(file: Pick<Blob, "type" | "size">): string | null {
  if (!TYPES.includes(file.type)) return "Use a JPEG, PNG or WebP picture.";
  if (file.size > LARGEST) return "The picture is larger than 4 MB. Make it smaller first.";
  return null;
}

/** The picture shown while the room is not live. */
export function CoverPicker({ room }: { room: RoomDetail }) {
  const input = useRef<HTMLInputElement>(null);
  const cover = useCover(room.slug);
  const toast = useToast();
  const save = (picture: Blob | null) =>
    cover.mutate(picture, {
      onSuccess: () => toast({ text: picture ? "Cover saved." : "Cover removed.", tone: "good" }),
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  const choose = (file: File | undefined) => {
    if (!file) return;
    const fault = coverFault(file);
    if (fault) toast({ text: fault, tone: "bad" });
    else save(file);
  };
  return (
    <div className="flex items-center gap-3">
      <div className="aspect-video w-28 overflow-hidden rounded-xl bg-stage">
        <RoomPicture room={{ ...room, thumbnailUrl: null }} />
      </div>
      <input
        ref={input}
        type="file"
        accept={TYPES.join(",")}
        aria-label="Cover picture"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          choose(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <Button
        size="sm"
        busy={cover.isPending}
        icon={<ImageUp size={16} />}
        onClick={() => input.current?.click()}
      >
        {room.coverUrl ? "Change cover" : "Add cover"}
      </Button>
      {room.coverUrl && (
        <Button
          size="sm"
          variant="quiet"
          aria-label="Remove cover"
          icon={<Trash2 size={16} />}
          onClick={() => save(null)}
        />
      )}
    </div>
  );
}
