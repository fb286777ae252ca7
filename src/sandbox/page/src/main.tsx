// The page of the demo: the last snapshot of the sandbox, drawn.
import { render } from "preact";
import { Access } from "./aws/access";
import { Audit } from "./aws/audit";
import { Bar, ClockButtons, Faults } from "./controls/bar";
import { Log, Toasts } from "./controls/edges";
import { Guide } from "./controls/guide";
import { listen } from "./server";
import { Workspace } from "./slack/workspace";
import { applyTheme, get, receive, set, unreadOf, useApp, type Tab } from "./state";
import "./style/base.css";
import "./style/layout.css";
import "./style/controls.css";
import "./style/slack.css";
import "./style/blocks.css";
import "./style/aws.css";

const TABS: { tab: Tab; name: string }[] = [
  { tab: "slack", name: "Slack" },
  { tab: "access", name: "Access" },
  { tab: "audit", name: "Audit" },
  { tab: "controls", name: "Controls" },
];

function Tabs() {
  const state = useApp();
  const calls = state.snapshot
    ? state.snapshot.personas.reduce((sum, { id }) => sum + unreadOf(state, id).calls, 0)
    : 0;
  return (
    <nav class="tabs" aria-label="Parts of the page">
      {TABS.map(({ tab, name }) => (
        <button
          type="button"
          aria-current={state.tab === tab ? "page" : undefined}
          onClick={() => set({ tab })}
        >
          {name}
          {tab === "slack" && state.tab !== "slack" && calls > 0 && (
            <span class="badge">{calls}</span>
          )}
        </button>
      ))}
    </nav>
  );
}

function Page() {
  const { snapshot, connected, tab } = useApp();
  if (!snapshot) {
    return (
      <p class="waiting">
        {connected ? "Waiting for the sandbox…" : "The sandbox does not answer. Trying again…"}
      </p>
    );
  }
  return (
    <div class="page" data-tab={tab}>
      <Bar snapshot={snapshot} />
      <Guide />
      {!connected && (
        <p class="disconnected" role="status">
          The connection to the sandbox is lost. What you see is how it was; trying again…
        </p>
      )}
      <main>
        <Workspace />
        <div class="aside">
          <Access snapshot={snapshot} />
          <Audit snapshot={snapshot} />
        </div>
        <section class="controls card" aria-label="Clock and faults">
          <h2>Move the clock</h2>
          <ClockButtons snapshot={snapshot} />
          <h2>Break something</h2>
          <Faults snapshot={snapshot} />
        </section>
      </main>
      <Tabs />
      <Log />
      <Toasts />
    </div>
  );
}

applyTheme(get().theme);
listen(receive, (connected) => set({ connected }));
const place = document.getElementById("page");
if (place) render(<Page />, place);
