// What lies at the edges of the page: the log of the program, and small notes.
import { useEffect, useRef } from "preact/hooks";
import { set, unsay, useApp, zoneOf } from "../state";
import { clockWithSeconds } from "../time";

type Fields = Record<string, unknown>;

// Lines of the program are JSON objects; anything else is shown as it is.
function parse(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" ? (value as Fields) : null;
  } catch {
    return null;
  }
}

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

// As everything else on the page: in the time zone of the person who is looked at.
function Time({ text, zone }: { text: string; zone: string }) {
  const at = Date.parse(text);
  const local = Number.isNaN(at) ? text.slice(11, 19) : clockWithSeconds(zone, at);
  return <span class="log-time" title={text}>{local}</span>;
}

function LogLine({ line, zone }: { line: string; zone: string }) {
  const fields = parse(line);
  if (!fields) return <div>{line}</div>;
  const { time, level, event, ...rest } = fields;
  return (
    <div data-level={level}>
      <Time text={shown(time ?? "")} zone={zone} /> <b>{shown(event ?? "")}</b>
      {Object.entries(rest).map(([name, value]) => (
        <span class="log-field">
          {" "}
          {name}=<i>{shown(value)}</i>
        </span>
      ))}
    </div>
  );
}

export function Log() {
  const app = useApp();
  const { log, snapshot } = app;
  const zone = zoneOf(app);
  const end = useRef<HTMLDivElement>(null);
  const lines = snapshot?.program.log ?? [];
  useEffect(() => {
    if (end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [log, lines.length, lines.at(-1)]);
  if (!log) return null;
  const close = () => set({ log: false });
  return (
    <aside
      class="log"
      aria-label="Log of the program"
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <header>
        <h2>What the program logs</h2>
        <button type="button" class="icon-button" aria-label="Close the log" onClick={close}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8M12 4l-8 8" />
          </svg>
        </button>
      </header>
      <div class="log-lines mono" ref={end} tabIndex={0}>
        {lines.length === 0 && <p>Nothing yet.</p>}
        {lines.map((line) => (
          <LogLine line={line} zone={zone} />
        ))}
      </div>
    </aside>
  );
}

export function Toasts() {
  const { toasts } = useApp();
  return (
    <div class="toasts" aria-live="polite">
      {toasts.map((toast) => (
        <div
          class={`toast toast-${toast.tone}`}
          role={toast.tone === "error" ? "alert" : "status"}
          key={toast.number}
        >
          <span>{toast.text}</span>
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            onClick={() => unsay(toast.number)}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M4 4l8 8M12 4l-8 8" />
            </svg>
          </button>
        </div>
      ))}
    </div>
  );
}
