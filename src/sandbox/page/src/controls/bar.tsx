// The bar at the top: the clock and how to move it, what can be broken, how the program is.
import { useState } from "preact/hooks";
import type { Answer, Fault, Snapshot } from "../protocol";
import { advance, kill, reset, setFault, toNextDeadline } from "../server";
import { applyTheme, saying, set, showGuide, useApp, useNow, zoneOf, type Theme } from "../state";
import { clockWithSeconds, countdown, shortDay } from "../time";

function Act(props: {
  class?: string;
  name: string;
  title?: string;
  disabled?: boolean;
  act: () => Promise<Answer>;
  children: preact.ComponentChildren;
}) {
  const [busy, setBusy] = useState(false);
  const onClick = async () => {
    if (busy) return;
    setBusy(true);
    await saying(props.act());
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={`button ${props.class ?? ""}`}
      data-control={props.name}
      title={props.title}
      disabled={props.disabled}
      aria-busy={busy}
      onClick={() => void onClick()}
    >
      {props.children}
    </button>
  );
}

export function Clock({ snapshot }: { snapshot: Snapshot }) {
  const now = useNow();
  const zone = zoneOf(useApp());
  return (
    <div class="clock" title={`${new Date(now).toISOString().slice(0, 19)} UTC, a virtual clock`}>
      <b data-now={snapshot.now}>{clockWithSeconds(zone, now)}</b>
      <span>
        {shortDay(zone, now)} · {zone.split("/").at(-1)?.replaceAll("_", " ")}
      </span>
    </div>
  );
}

export function ClockButtons({ snapshot }: { snapshot: Snapshot }) {
  const now = useNow();
  const next = snapshot.next_deadline ? Date.parse(snapshot.next_deadline) : null;
  return (
    <div class="group" role="group" aria-label="Move the clock">
      <Act name="15min" act={() => advance(900)}>
        +15 min
      </Act>
      <Act name="1h" act={() => advance(3600)}>
        +1 h
      </Act>
      <Act
        name="next"
        act={toNextDeadline}
        disabled={next === null}
        title={next === null ? "Nothing has a deadline" : "When the next access ends"}
      >
        To next deadline
        {next !== null && <span class="button-note">{countdown(next - now)}</span>}
      </Act>
    </div>
  );
}

const FAULTS: { fault: Fault; name: string }[] = [
  { fault: "aws_throttles", name: "AWS throttles" },
  { fault: "slack_down", name: "Slack is down" },
];

export function Faults({ snapshot }: { snapshot: Snapshot }) {
  return (
    <div class="faults" role="group" aria-label="Break something">
      {FAULTS.map(({ fault, name }) => {
        const on = snapshot.faults[fault];
        return (
          <button
            type="button"
            role="switch"
            class="switch"
            aria-checked={on}
            data-control={fault}
            onClick={() => void saying(setFault(fault, !on))}
          >
            <span class="switch-track" aria-hidden="true" />
            {name}
          </button>
        );
      })}
      <Act
        class="button-danger"
        name="kill"
        disabled={snapshot.program.state !== "running"}
        title="SIGKILL, in the middle of whatever it does"
        act={kill}
      >
        Kill the program now
      </Act>
    </div>
  );
}

const STATES = { running: "running", dead: "killed", starting: "starting" };

export function Program({ snapshot }: { snapshot: Snapshot }) {
  const { log } = useApp();
  const { state, restarts } = snapshot.program;
  const times = restarts === 1 ? "1 restart" : `${restarts} restarts`;
  return (
    <button
      type="button"
      class="program"
      data-state={state}
      aria-expanded={log}
      title="Show the program's log"
      onClick={() => set({ log: !log })}
    >
      <span class="program-dot" aria-hidden="true" />
      <span class="program-text">
        <b aria-live="polite">{STATES[state]}</b>
        <span>{restarts > 0 ? times : "log"}</span>
      </span>
    </button>
  );
}

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

export function ThemeButton() {
  const { theme } = useApp();
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Colours: ${theme}. Change`}
      title={`Colours: ${theme}`}
      onClick={() => applyTheme(NEXT[theme])}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {theme === "dark" && <path d="M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z" />}
        {theme === "light" && (
          <>
            <circle cx="8" cy="8" r="2.8" />
            <path d="M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5" />
            <path d="M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1" />
          </>
        )}
        {theme === "system" && (
          <>
            <circle cx="8" cy="8" r="5.5" />
            <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" />
          </>
        )}
      </svg>
    </button>
  );
}

export function ResetButton() {
  const [asking, setAsking] = useState(false);
  if (asking) {
    return (
      <span class="group" onKeyDown={(event) => event.key === "Escape" && setAsking(false)}>
        <Act
          name="reset"
          class="button-danger"
          act={async () => {
            const answer = await reset();
            setAsking(false);
            return answer;
          }}
        >
          Start afresh
        </Act>
        <button type="button" class="button" onClick={() => setAsking(false)}>
          Keep
        </button>
      </span>
    );
  }
  return (
    <button
      type="button"
      class="icon-button"
      aria-label="Start afresh"
      title="Start afresh: a new world, a new program"
      onClick={() => setAsking(true)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.5v2.5h2.5" />
      </svg>
    </button>
  );
}

export function GuideButton() {
  const { guide } = useApp();
  if (guide) return null;
  return (
    <button type="button" class="icon-button" aria-label="Show the guide" title="Show the guide"
      onClick={() => showGuide(true)}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M6 6a2 2 0 1 1 2.8 1.85c-.5.3-.8.6-.8 1.4M8 11.5v.5" />
        <circle cx="8" cy="8" r="6" />
      </svg>
    </button>
  );
}

export function Bar({ snapshot }: { snapshot: Snapshot }) {
  return (
    <header class="bar">
      <div class="brand">
        <span class="app-mark" aria-hidden="true" />
        <h1>
          SSO Elevator <span>demo</span>
        </h1>
      </div>
      <Clock snapshot={snapshot} />
      <ClockButtons snapshot={snapshot} />
      <Faults snapshot={snapshot} />
      <div class="bar-end">
        <Program snapshot={snapshot} />
        <GuideButton />
        <ThemeButton />
        <ResetButton />
      </div>
    </header>
  );
}
