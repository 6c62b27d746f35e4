import type { CommandHandlers } from "../../realtime/gateway.ts";
import type { Reports } from "./reports.ts";

/** What anybody reports over their socket. */
export function reportCommands(deps: {
  reports: Pick<Reports, "send">;
  roomOf: (slug: string) => Promise<{ id: string; slug: string; ownerId: string }>;
}): CommandHandlers {
  return {
    async "report.send"(report, { data: { claims } }) {
      const reporter = { participant: claims.sub, name: claims.name };
      await deps.reports.send(await deps.roomOf(claims.room), reporter, report);
      return null;
    },
  };
}
