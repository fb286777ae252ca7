// What lies at the edges of the page: the log of the program, and small notes.
import { useEffect, useRef } from "preact/hooks";
import { set, unsay, useApp } from "../state";

interface LogLine {
  level?: string;
  time?: string;
  message?: string;
}

function parse(line: string): LogLine | null {
  try {
    const value = JSON.parse(line) as LogLine;
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

function levelOf(line: string): string {
  const level = parse(line)?.level ?? /\b(error|warn(?:ing)?)\b/i.exec(line)?.[1] ?? "";
  return level.toLowerCase().slice(0, 4);
}

export function Log() {
  const { log, snapshot } = useApp();
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
          <div data-level={levelOf(line)}>{line}</div>
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
