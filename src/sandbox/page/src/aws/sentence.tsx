// One line of plain English for an audit entry: who did what.
import type { ComponentChildren } from "preact";
import type { AuditEntry, Snapshot } from "../protocol";
import { firstName } from "../state";
import { clock, duration } from "../time";

export type Tone = "plain" | "good" | "bad" | "ended" | "house";

export interface Line {
  tone: Tone;
  text: ComponentChildren;
  note?: string;
}

// "NA" is how an entry says that there is no value.
export function field(entry: AuditEntry, name: string): string {
  const value = entry[name];
  return typeof value === "string" && value !== "NA" ? value : "";
}

// Times of entries are written "2025-01-02 12:00:00+00:00".
export function momentOf(text: string): number | null {
  const at = Date.parse(text.replace(" ", "T"));
  return Number.isNaN(at) ? null : at;
}

function person(snapshot: Snapshot, slackId: string, email: string): string {
  const known = snapshot.personas.find((one) => one.id === slackId || one.email === email);
  return known ? firstName(known.name) : email || slackId || "Somebody";
}

// Ids come alone or, several of them, separated by commas.
function people(snapshot: Snapshot, ids: string, emails: string): string {
  const mails = emails.split(",");
  const names = ids.split(",").map((id, i) => person(snapshot, id.trim(), mails[i]?.trim() ?? ""));
  return names.join(" and ");
}

function target(snapshot: Snapshot, entry: AuditEntry): ComponentChildren {
  const group = field(entry, "group_name") || field(entry, "group_id");
  if (group) return <>the group <b>{group}</b></>;
  const account = field(entry, "account_id");
  const known = snapshot.aws.accounts.find((one) => one.id === account);
  return (
    <>
      <b>{field(entry, "role_name")}</b> in <b>{known?.name ?? account}</b>
    </>
  );
}

function unneeded(entry: AuditEntry): string {
  if (entry.decision === "SelfApproval") return "the requester may approve this alone";
  return "the rules ask for no approval";
}

export function sentence(snapshot: Snapshot, entry: AuditEntry, zone: string): Line {
  const who = person(snapshot, field(entry, "requester_slack_id"), field(entry, "requester_email"));
  const approver = field(entry, "approver_slack_id");
  const by = approver && people(snapshot, approver, field(entry, "approver_email"));
  const what = target(snapshot, entry);
  const reason = field(entry, "reason");
  const quoted = reason ? `“${reason}”` : "";
  const seconds = Number(field(entry, "permission_duration"));
  const asked = seconds ? ` for ${duration(seconds * 1000)}` : "";
  const end = momentOf(entry.deadline);
  const until = end ? ` until ${clock(zone, end)}` : "";
  switch (entry.operation_type) {
    case "request":
      return { tone: "plain", text: <>{who} asked for {what}{asked}</>, note: quoted };
    case "refuse":
      return { tone: "bad", text: <>The rules refused {who} {what}</>, note: reason };
    case "review":
      return { tone: "good", text: <>{by || "Somebody"} approved: {what} for {who}</> };
    case "approve":
      return by && by !== who
        ? { tone: "good", text: <>All approvals are there: {what} for {who}</> }
        : { tone: "good", text: <>Approved by itself: {what} for {who}</>, note: unneeded(entry) };
    case "deny":
      return { tone: "bad", text: <>{by || "Somebody"} denied {who} {what}</>, note: quoted };
    case "cancel":
      return { tone: "ended", text: <>The request of {who} for {what} was withdrawn</> };
    case "expire":
      return { tone: "ended", text: <>Nobody answered {who} about {what}</> };
    case "grant":
      return { tone: "good", text: <>{who} has {what}{until}</> };
    case "extend":
      return { tone: "plain", text: <>{who} asked for more time with {what}</>, note: quoted };
    case "end_lease":
      return { tone: "ended", text: <>The time of {who} with {what} is over</>, note: reason };
    case "revoke":
      return { tone: "ended", text: <>Removed, seen to be gone: {who}, {what}</>, note: reason };
    case "gone":
      return { tone: "ended", text: <>Found gone: {who}, {what}</>, note: reason };
    case "fail":
      return { tone: "bad", text: <>Could not be set up: {who}, {what}</>, note: reason };
    case "manual_detected":
    case "drift":
      return { tone: "bad", text: <>Found in AWS, not asked for: {what}</>, note: reason };
    case "adopt":
      return { tone: "plain", text: <>Taken over from the earlier version: {what}</> };
    case "rules":
      return { tone: "house", text: <>The rules were read and are in force</> };
    case "sweep":
      return { tone: "house", text: <>AWS was compared with the rows</>, note: reason };
    case "checkpoint":
      return { tone: "house", text: <>Checkpoint: the heads of all chains that moved</> };
    default:
      return { tone: "plain", text: <>{entry.operation_type}</>, note: reason };
  }
}
