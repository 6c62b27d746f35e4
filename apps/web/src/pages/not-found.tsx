import { Link, useLocation } from "@tanstack/react-router";
import { useAccount } from "../features/session/session-queries.ts";
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

/** No recording at this address, or none for whoever asks. */
export function ReplayNotFound() {
  return (
    <BlankState
      level={1}
      picture={picture}
      title="There is no such replay"
      actions={
        <>
          {home}
          <LogInLink />
        </>
      }
    >
      It may be private, or deleted. If it is yours, log in to watch it.
    </BlankState>
  );
}

function LogInLink() {
  const account = useAccount();
  const here = useLocation({ select: (location) => location.href });
  if (account !== null) return null;
  return (
    <Link to="/log-in" search={{ next: here }} className={buttonClass("secondary", "lg")}>
      Log in
    </Link>
  );
}
