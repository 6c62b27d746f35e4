import type { AdminUser } from "@sameroom/contract";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { type UserChange, useChangeUser } from "./admin-queries.ts";

interface Asked {
  title: string;
  text: string;
  confirm: string;
  change: UserChange;
}

function askedFor(user: AdminUser, kind: "disable" | "admin"): Asked {
  const name = user.displayName;
  if (kind === "disable") {
    return {
      title: `Disable ${name}?`,
      text: "They are logged out, cannot log in, and a show they are giving ends. You can enable them again.",
      confirm: "Disable",
      change: { disabled: true },
    };
  }
  return user.role === "admin"
    ? {
        title: `Take admin from ${name}?`,
        text: "They keep their account.",
        confirm: "Take admin",
        change: { role: "user" },
      }
    : {
        title: `Make ${name} an admin?`,
        text: "Admins see this page, end any show and disable accounts.",
        confirm: "Make admin",
        change: { role: "admin" },
      };
}

/** What an admin can do to an account, each asked once more, except giving access back. */
export function UserActions({ user }: { user: AdminUser }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const change = useChangeUser();
  const toast = useToast();
  const act = (wish: UserChange) =>
    change.mutate(
      { id: user.id, change: wish },
      {
        onSuccess: () => toast({ text: `${user.displayName}: done.`, tone: "good" }),
        onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
        onSettled: () => setAsked(null),
      },
    );
  return (
    <span className="flex flex-wrap justify-end gap-2">
      {!user.disabled && (
        <Button size="sm" variant="quiet" onClick={() => setAsked(askedFor(user, "admin"))}>
          {user.role === "admin" ? "Take admin" : "Make admin"}
        </Button>
      )}
      {user.disabled ? (
        <Button size="sm" busy={change.isPending} onClick={() => act({ disabled: false })}>
          Enable
        </Button>
      ) : (
        <Button size="sm" variant="danger" onClick={() => setAsked(askedFor(user, "disable"))}>
          Disable
        </Button>
      )}
      {asked && (
        <ConfirmDialog
          open
          title={asked.title}
          confirm={asked.confirm}
          busy={change.isPending}
          onConfirm={() => act(asked.change)}
          onCancel={() => setAsked(null)}
        >
          {asked.text}
        </ConfirmDialog>
      )}
    </span>
  );
}
