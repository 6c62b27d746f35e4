import { Link } from "@tanstack/react-router";
import { buttonClass } from "../ui/atoms/button.tsx";
import { Poster } from "../ui/atoms/poster.tsx";
import { BlankState } from "../ui/molecules/blank-state.tsx";

const picture = (
  <Poster seed="no such door" className="aspect-video w-full max-w-sm rounded-[2rem] shadow-card" />
);
const home = (
  <Link to="/" className={buttonClass("primary", "lg")}>
    See who is live
  </Link>
);

/** No page at this address. */
export function NotFoundPage() {
  return (
    <BlankState level={1} picture={picture} title="There is no door here" actions={home}>
      The address may be mistyped, or the page has moved.
    </BlankState>
  );
}

/** No room at this address. */
export function RoomNotFound() {
  return (
    <BlankState level={1} picture={picture} title="There is no such room" actions={home}>
      Check the link, or ask the person who sent it. Rooms that were deleted do not come back.
    </BlankState>
  );
}
