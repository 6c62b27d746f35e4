import type { AdminUser } from "@sameroom/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { formatAgo } from "../../ui/format/time.ts";
import { useDebounced } from "../../ui/hooks/use-debounced.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { useAccount } from "../session/session-queries.ts";
import { AdminList } from "./admin-list.tsx";
import { usersQuery } from "./admin-queries.ts";
import { UserActions } from "./user-actions.tsx";

/** Everybody with an account: find, disable, make admin. */
export function UsersTable() {
  const [search, setSearch] = useState("");
  const wanted = useDebounced(search.trim(), 250);
  const users = useInfiniteQuery(usersQuery(wanted));
  const now = useNow(60_000);
  const me = useAccount()?.id;
  const rows = users.data?.pages.flatMap((page) => page.users);
  return (
    <div className="flex flex-col gap-4">
      <div className="relative max-w-md">
        <Search size={18} aria-hidden="true" className="absolute top-3 left-3.5 text-ink-faint" />
        <Input
          type="search"
          aria-label="Search users"
          placeholder="Search by name"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="pl-10.5"
        />
      </div>
      <AdminList query={users} empty={rows?.length === 0} emptyText="Nobody has a name like that.">
        <DataTable
          caption="Users"
          rows={rows ?? []}
          keyOf={(user: AdminUser) => user.id}
          columns={[
            { key: "name", name: "Name", cell: (user) => <UserName user={user} /> },
            { key: "role", name: "Standing", cell: (user) => <Standing user={user} /> },
            {
              key: "rooms",
              name: "Rooms",
              align: "end",
              cell: (user) => <span className="tabular">{user.rooms}</span>,
            },
            {
              key: "since",
              name: "Joined",
              cell: (user) => <span className="text-ink-soft">{formatAgo(user.createdAt, now)}</span>,
            },
            {
              key: "actions",
              name: "Actions",
              align: "end",
              cell: (user) =>
                user.id === me ? <span className="text-ink-faint">you</span> : <UserActions user={user} />,
            },
          ]}
        />
        {users.hasNextPage && (
          <Button
            className="self-center"
            busy={users.isFetchingNextPage}
            onClick={() => users.fetchNextPage()}
          >
            Show more
          </Button>
        )}
      </AdminList>
    </div>
  );
}

function UserName({ user }: { user: AdminUser }) {
  return (
    <span className="flex min-w-0 items-center gap-3">
      <Avatar name={user.displayName} size="sm" />
      <span className="min-w-0 leading-tight">
        <span className="block truncate font-semibold">{user.displayName}</span>
        <span className="block truncate text-sm text-ink-faint">@{user.username}</span>
      </span>
    </span>
  );
}

function Standing({ user }: { user: AdminUser }) {
  if (user.disabled) return <Badge tone="bad">Disabled</Badge>;
  return user.role === "admin" ? <Badge tone="dusk">Admin</Badge> : <Badge>User</Badge>;
}
