import type { ReportView } from "@sameroom/contract";
import type { Report } from "../../db/schema.ts";

/** A report as staff see it. */
export function presentReport(report: Report): ReportView {
  const { id, participant, name, reporter, reporterName, note, message, context, state, decidedBy } = report;
  return {
    ...{ id, note, message, context, state, decidedBy, at: report.createdAt.toISOString() },
    subject: { participant, name },
    reporter: { participant: reporter, name: reporterName },
    reason: report.reason as ReportView["reason"],
  };
}
