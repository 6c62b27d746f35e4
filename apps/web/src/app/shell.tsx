import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { CircleUserRound, House, Radio } from "lucide-react";
import { useEffect, useRef } from "react";
import { LiveNotices } from "../features/notices/live-notices.tsx";
import { AccountMenu } from "../features/session/account-menu.tsx";
import { useAccount } from "../features/session/session-queries.ts";
import { ThemeToggle } from "../features/theme/theme-toggle.tsx";
import { buttonClass } from "../ui/atoms/button.tsx";
import { Logo } from "../ui/atoms/logo.tsx";

/** Pages of the studio without a stage. */
const STUDIO_PAGES = ["/studio/recordings", "/studio/subscriptions"];

/** The frame of every page: header, the page, and on a phone the bar under the thumb. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  useFocusOnNavigation(main, path);
  // Pages with a stage have controls of their own at the lower edge.
  const inStudio = path.startsWith("/studio/") && !STUDIO_PAGES.includes(path);
  const ownBar = path.startsWith("/r/") || inStudio;
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-xl bg-ink px-4 py-2.5 font-semibold text-canvas focus:translate-y-0"
      >
        Skip to the page
      </a>
      <header className="sticky top-0 z-40 border-b border-line/70 bg-canvas/85 backdrop-blur-lg">
        <div className="mx-auto flex h-16 max-w-[104rem] items-center gap-2 px-4 sm:px-6">
          <Link to="/" className="rounded-xl" aria-label="Sameroom, home">
            <Logo />
          </Link>
          <span className="flex-1" />
          <ThemeToggle />
          {!path.startsWith("/studio") && (
            <Link to="/studio" className={`${buttonClass("primary")} max-sm:hidden`}>
              <Radio size={18} aria-hidden="true" /> Go live
            </Link>
          )}
          <AccountMenu />
        </div>
      </header>
      <LiveNotices />
      <main id="main" ref={main} tabIndex={-1} className="flex-1 outline-none">
        <Outlet />
      </main>
      {!ownBar && <PhoneBar />}
    </div>
  );
}

const PHONE_LINK =
  "flex min-h-12 min-w-20 flex-col items-center justify-center gap-0.5 rounded-xl text-xs font-semibold text-ink-soft data-[status=active]:text-ember-text";

function PhoneBar() {
  const account = useAccount();
  return (
    <nav
      aria-label="Main"
      className="safe-bottom sticky bottom-0 z-30 flex items-center justify-around border-t border-line bg-surface/95 px-3 pt-1.5 backdrop-blur-lg sm:hidden"
    >
      <Link to="/" activeOptions={{ exact: true }} className={PHONE_LINK}>
        <House size={22} aria-hidden="true" /> Home
      </Link>
      <Link to="/studio" className={PHONE_LINK}>
        <Radio size={22} aria-hidden="true" /> Go live
      </Link>
      {account ? (
        account.role === "admin" && (
          <Link
            to="/admin"
            search={{ view: "live" }}
            activeOptions={{ includeSearch: false }}
            className={PHONE_LINK}
          >
            <CircleUserRound size={22} aria-hidden="true" /> Admin
          </Link>
        )
      ) : (
        <Link to="/log-in" className={PHONE_LINK}>
          <CircleUserRound size={22} aria-hidden="true" /> Log in
        </Link>
      )}
    </nav>
  );
}

/** After a navigation the focus goes to the page, as it would with a page load; not on the first one. */
function useFocusOnNavigation(main: { current: HTMLElement | null }, path: string) {
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [main, path]);
}
