import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { GiftCatalogue } from "../features/admin/gift-catalogue.tsx";
import { LiveRoomsTable } from "../features/admin/live-rooms-table.tsx";
import { MoneyOverview } from "../features/admin/money-overview.tsx";
import { UsersTable } from "../features/admin/users-table.tsx";
import { Workers } from "../features/admin/workers.tsx";
import { liveRoomsQuery } from "../features/rooms/room-queries.ts";
import { useAccount } from "../features/session/session-queries.ts";
import { BlankState } from "../ui/molecules/blank-state.tsx";
import { Tabs } from "../ui/molecules/tabs.tsx";
import { Page, PageHeading } from "../ui/templates/page.tsx";

const route = getRouteApi("/admin");

/** The server's own page: what is on air, who has an account, how the workers do. */
export function AdminPage() {
  const { view } = route.useSearch();
  const navigate = useNavigate();
  const account = useAccount();
  const live = useQuery(liveRoomsQuery).data?.rooms.length;
  if (account && account.role !== "admin") {
    return (
      <BlankState level={1} title="This page is for admins">
        Ask an admin of this server if you should be one.
      </BlankState>
    );
  }
  return (
    <Page>
      <PageHeading title="Admin" />
      <Tabs
        label="Admin"
        current={view}
        onChange={(next) => void navigate({ to: "/admin", search: { view: next }, replace: true })}
        tabs={[
          { key: "live", label: "Live rooms", count: live },
          { key: "users", label: "Users" },
          { key: "workers", label: "Workers" },
          { key: "gifts", label: "Gifts" },
          { key: "money", label: "Money" },
        ]}
      >
        {view === "live" && <LiveRoomsTable />}
        {view === "users" && <UsersTable />}
        {view === "workers" && <Workers />}
        {view === "gifts" && <GiftCatalogue />}
        {view === "money" && <MoneyOverview />}
      </Tabs>
    </Page>
  );
}
