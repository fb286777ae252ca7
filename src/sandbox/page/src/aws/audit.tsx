// The audit trail, newest first: a sentence each, the entry itself below it, the chain beside it.
import { useEffect, useState } from "preact/hooks";
import type { AuditEntry, Snapshot } from "../protocol";
import { useApp, zoneOf } from "../state";
import { clockWithSeconds, longDay } from "../time";
import { canCheck, hashHolds, inOrder, linksHold } from "./chain";
import { sentence } from "./sentence";

const short = (hash: string) => (hash === "NA" ? "start" : hash.slice(0, 7));

function useHash(entry: AuditEntry): boolean | null {
  const [holds, setHolds] = useState<boolean | null>(null);
  useEffect(() => {
    if (canCheck()) void hashHolds(entry).then(setHolds);
  }, [entry.event_id, entry.hash]);
  return holds;
}

function Chain({ entry, linked }: { entry: AuditEntry; linked: boolean }) {
  const holds = useHash(entry);
  const broken = holds === false || !linked;
  const said = broken
    ? "This entry does not fit its chain"
    : holds
      ? `Entry ${entry.sequence} of its chain; its SHA-256 was computed again by this page`
      : `Entry ${entry.sequence} of its chain`;
  return (
    <span class={`chain${broken ? " chain-broken" : ""}`} title={said}>
      <span>{short(entry.previous_hash)}</span>
      <svg viewBox="0 0 16 8" aria-hidden="true">
        <path d="M0 4h12M9.5 1.500L12 4 9.5 6.5" />
      </svg>
      <b>{short(entry.hash)}</b>
      {broken ? <span class="chain-mark">✕</span> : holds && <span class="chain-mark">✓</span>}
    </span>
  );
}

function Entry(props: { entry: AuditEntry; snapshot: Snapshot; zone: string; linked: boolean }) {
  const { entry, snapshot, zone } = props;
  const line = sentence(snapshot, entry, zone);
  const { key, ...bytes } = entry;
  return (
    <li class="entry" data-operation={entry.operation_type} data-tone={line.tone}>
      <details>
        <summary>
          <span class="entry-dot" aria-hidden="true" />
          <span class="entry-text">
            {line.text}
            {line.note && <span class="entry-note">{line.note}</span>}
          </span>
          <time title={longDay(zone, entry.timestamp)}>
            {clockWithSeconds(zone, entry.timestamp)}
          </time>
          <Chain entry={entry} linked={props.linked} />
        </summary>
        <div class="entry-file mono">{key}</div>
        <pre>{JSON.stringify(bytes, null, 2)}</pre>
      </details>
    </li>
  );
}

export function Audit({ snapshot }: { snapshot: Snapshot }) {
  const zone = zoneOf(useApp());
  const [all, setAll] = useState(false);
  const links = linksHold(snapshot.audit);
  const shown = inOrder(snapshot.audit)
    .filter((one) => all || sentence(snapshot, one, zone).tone !== "house")
    .reverse();
  const hidden = snapshot.audit.length - shown.length;
  return (
    <section class="audit card" aria-label="Audit trail">
      <header class="card-head">
        <h2>
          Audit trail <span class="count">{snapshot.audit.length}</span>
        </h2>
        {(all || hidden > 0) && (
          <button type="button" class="link" onClick={() => setAll(!all)} aria-pressed={all}>
            {all ? "Hide routine entries" : `Show ${hidden} routine`}
          </button>
        )}
      </header>
      <div class="card-body">
        {shown.length === 0 && <p class="empty">What people and the program do appears here.</p>}
        <ol class="entries">
          {shown.map((entry) => (
            <Entry
              key={entry.event_id}
              entry={entry}
              snapshot={snapshot}
              zone={zone}
              linked={links.get(entry.event_id) ?? true}
            />
          ))}
        </ol>
      </div>
    </section>
  );
}
