// Identity Center as it is at this moment: who has what, for how long, and what AWS is doing.
import type { Assignment, Membership, Snapshot } from "../protocol";
import { useApp, useNow, zoneOf } from "../state";
import { clock, countdown, sameDay, shortDay } from "../time";
import { Avatar } from "../slack/avatar";

interface Row {
  key: string;
  who: string;
  what: string;
  where: string;
  id: string;
  from: number;
  until: number | null;
}

const assignmentRow = (snapshot: Snapshot, one: Assignment): Row => ({
  key: `${one.account_id}/${one.permission_set}/${one.user_id}`,
  who: nameOf(snapshot, one.user_name),
  what: one.permission_set,
  where: one.account_name,
  id: one.account_id,
  from: Date.parse(one.created_at),
  until: one.ends_at ? Date.parse(one.ends_at) : null,
});

const membershipRow = (snapshot: Snapshot, one: Membership): Row => ({
  key: `${one.group_id}/${one.user_id}`,
  who: nameOf(snapshot, one.user_name),
  what: one.group_name,
  where: "Member of the group",
  id: "",
  from: Date.parse(one.created_at),
  until: one.ends_at ? Date.parse(one.ends_at) : null,
});

function until(zone: string, at: number, now: number): string {
  return sameDay(zone, at, now)
    ? clock(zone, at)
    : `${shortDay(zone, at)}, ${clock(zone, at)}`;
}

function Left({ row, now, zone }: { row: Row; now: number; zone: string }) {
  if (row.until === null) {
    const fresh = now - row.from < 120_000;
    return <span class="left left-open">{fresh ? "just made" : "no end recorded"}</span>;
  }
  const over = now >= row.until;
  const share = Math.max(0, Math.min(1, (row.until - now) / Math.max(1, row.until - row.from)));
  const soon = row.until - now < 5 * 60_000;
  return (
    <span class={`left${soon ? " left-soon" : ""}`}>
      <b>{over ? "ending" : countdown(row.until - now)}</b>
      <span>until {until(zone, row.until, now)}</span>
      <span class="left-bar" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

// Identity Center knows people by user names; those of the workspace also by their own.
function nameOf(snapshot: Snapshot, user: string): string {
  const mail = `${user}@`;
  const known = snapshot.personas.find(({ email }) => email === user || email.startsWith(mail));
  return known?.name ?? user;
}

function Rows({ rows, empty }: { rows: Row[]; empty: string }) {
  const state = useApp();
  const now = useNow();
  const zone = zoneOf(state);
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li class="row" key={row.key} data-row={row.key}>
          <Avatar name={row.who} />
          <span class="row-text">
            <b>{row.what}</b>
            <span>
              {row.where}
              {row.id && <span class="mono muted"> {row.id}</span>}
            </span>
            <span class="muted">{row.who}</span>
          </span>
          <Left row={row} now={now} zone={zone} />
        </li>
      ))}
    </ul>
  );
}

// What AWS has not finished yet, and what failed last.
function Operations({ snapshot }: { snapshot: Snapshot }) {
  const { operations } = snapshot.aws;
  const shown = operations.filter((one) => one.status === "IN_PROGRESS");
  if (shown.length === 0) return null;
  return (
    <ul class="operations" aria-label="AWS is working on">
      {shown.map((one) => (
        <li key={one.id}>
          <span class="spinner" aria-hidden="true" />
          {one.kind === "create" ? "Creating" : "Removing"} <b>{one.permission_set}</b> in{" "}
          {one.account_name} for {nameOf(snapshot, one.user_name)}
        </li>
      ))}
    </ul>
  );
}

export function Access({ snapshot }: { snapshot: Snapshot }) {
  const assignments = snapshot.aws.assignments.map((one) => assignmentRow(snapshot, one));
  const memberships = snapshot.aws.memberships.map((one) => membershipRow(snapshot, one));
  return (
    <section class="access card" aria-label="Identity Center">
      <header class="card-head">
        <h2>IAM Identity Center</h2>
        <p>{snapshot.aws.accounts.length} accounts, as AWS has it now</p>
      </header>
      <div class="card-body">
        <h3>
          Live access <span class="count">{assignments.length}</span>
        </h3>
        <Rows rows={assignments} empty="Nobody has temporary access." />
        <Operations snapshot={snapshot} />
        <h3>
          Group memberships <span class="count">{memberships.length}</span>
        </h3>
        <Rows rows={memberships} empty="Nobody is in a group for a limited time." />
      </div>
    </section>
  );
}
