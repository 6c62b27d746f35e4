import { Link, useRouter } from "@tanstack/react-router";
import { Clapperboard, LogOut, Settings2, Video, Wallet, Webhook } from "lucide-react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { Menu, menuItemClass } from "../../ui/molecules/menu.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { useAccount, useLogOut } from "./session-queries.ts";

/** The corner of the header: who is logged in, or the way to log in. */
export function AccountMenu() {
  const account = useAccount();
  const logOut = useLogOut();
  const toast = useToast();
  const router = useRouter();
  // First the page: one that needs the account would ask for things it may no longer see, and a running show asks.
  const leave = async () => {
    await router.navigate({ to: "/" });
    if (router.state.location.pathname !== "/") return;
    logOut.mutate(undefined, { onSuccess: () => toast({ text: "You are logged out." }) });
  };
  if (account === undefined) return <Skeleton className="size-10 rounded-full" />;
  if (account === null) {
    return (
      <Link to="/log-in" className={buttonClass("quiet")}>
        Log in
      </Link>
    );
  }
  return (
    <Menu label={`Account of ${account.displayName}`} trigger={<Avatar name={account.displayName} />}>
      {(close) => (
        <>
          <p className="px-3 pt-2 pb-2.5 leading-tight">
            <span className="block truncate font-semibold">{account.displayName}</span>
            <span className="block truncate text-sm text-ink-faint">@{account.username}</span>
          </p>
          <Link to="/studio" onClick={close} className={menuItemClass}>
            <Video size={18} /> Studio
          </Link>
          <Link to="/studio/recordings" onClick={close} className={menuItemClass}>
            <Clapperboard size={18} /> Recordings
          </Link>
          <Link to="/wallet" search={{ view: "coins" }} onClick={close} className={menuItemClass}>
            <Wallet size={18} /> Wallet
          </Link>
          <Link to="/webhooks" onClick={close} className={menuItemClass}>
            <Webhook size={18} /> Webhooks
          </Link>
          {account.role === "admin" && (
            <Link to="/admin" search={{ view: "live" }} onClick={close} className={menuItemClass}>
              <Settings2 size={18} /> Admin
            </Link>
          )}
          <button
            type="button"
            className={menuItemClass}
            onClick={() => {
              close();
              void leave();
            }}
          >
            <LogOut size={18} /> Log out
          </button>
        </>
      )}
    </Menu>
  );
}
