import { POINTS_PER_COIN, type StatementLine } from "@sameroom/contract";

export const CSV_HEAD = "time,kind,text,coins,balance,transfer\r\n";

/** A line of a statement as CSV (RFC 4180); what a spreadsheet would take for a formula stays text. */
export function csvLine({ at, kind, memo, points, balancePoints, transfer }: StatementLine): string {
  const text = /^[\s]*[=+\-@]/.test(memo) ? `'${memo}` : memo;
  return `${at},${kind},"${text.replaceAll('"', '""')}",${coins(points)},${coins(balancePoints)},${transfer}\r\n`;
}

function coins(points: number): string {
  return (points / POINTS_PER_COIN).toFixed(2);
}
