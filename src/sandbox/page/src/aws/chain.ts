// The hash chains of the audit trail, checked again in the browser (docs/formats/audit.md).
import type { AuditEntry } from "../protocol";

// "request-0123-000001" belongs to the stream "request-0123".
export const streamOf = (entry: AuditEntry) => entry.event_id.replace(/-\d+$/, "");

const checked = new Map<string, Promise<boolean>>();

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The bytes that the hash covers: the object up to `,"hash"`.
function covered(entry: AuditEntry): string {
  const { key: _key, hash: _hash, ...rest } = entry;
  return JSON.stringify(rest).slice(0, -1);
}

// Browsers compute digests only for pages from this machine or over TLS.
export const canCheck = () => Boolean(globalThis.crypto?.subtle);

export function hashHolds(entry: AuditEntry): Promise<boolean> {
  const known = `${entry.event_id} ${entry.hash}`;
  let result = checked.get(known);
  if (!result) {
    result = digest(covered(entry)).then((hash) => hash === entry.hash);
    checked.set(known, result);
  }
  return result;
}

// In the order of time, but never against the order of a chain: an entry may carry the time of what
// it speaks of, which was before the entry that it follows.
export function inOrder(entries: AuditEntry[]): AuditEntry[] {
  const latest = new Map<string, number>();
  const placed = [...entries]
    .sort((a, b) => a.sequence - b.sequence)
    .map((entry) => {
      const stream = streamOf(entry);
      const at = Math.max(entry.timestamp, latest.get(stream) ?? 0);
      latest.set(stream, at);
      return { entry, at };
    });
  return placed.sort((a, b) => a.at - b.at).map(({ entry }) => entry);
}

// Does each entry name the hash of the one before it in its stream? Entries that the page does not
// have (it holds the last 200) are taken on trust.
export function linksHold(entries: AuditEntry[]): Map<string, boolean> {
  const heads = new Map<string, AuditEntry>();
  const held = new Map<string, boolean>();
  for (const entry of inOrder(entries)) {
    const stream = streamOf(entry);
    const before = heads.get(stream);
    const first = entry.sequence === 1;
    const right = before
      ? entry.previous_hash === before.hash && entry.sequence === before.sequence + 1
      : !first || entry.previous_hash === "NA";
    held.set(entry.event_id, right);
    heads.set(stream, entry);
  }
  return held;
}
