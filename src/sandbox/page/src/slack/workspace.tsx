// The Slack workspace as one person sees it: places on the left, the conversation, a modal above.
import type { Message, Snapshot, View } from "../protocol";
import { act } from "../server";
import {
  enter, firstName, newsSince, personaOf, placeKey, placeOf, saying, unread, unreadOf, useApp,
  useNow, zoneOf, type Place, type State,
} from "../state";
import { Avatar } from "./avatar";
import { Blocks } from "./blocks";
import { Composer } from "./composer";
import { Conversation } from "./conversation";
import { Modal } from "./modal";
import type { Reader } from "./mrkdwn";
import { formState, SurfaceProvider } from "./surface";

function openHome(persona: string) {
  void saying(act(persona, { kind: "home" }));
}

function go(state: State, place: Place) {
  enter({ places: { ...state.places, [state.persona]: place } });
  if (place.kind === "home") openHome(state.persona);
}

export function become(persona: string) {
  enter({ persona });
}

function Badge({ calls, count }: { calls: number; count: number }) {
  if (calls > 0) return <span class="badge">{calls}</span>;
  if (count > 0) return <span class="badge badge-dot" aria-label={`${count} unread`} />;
  return null;
}

function PersonaSwitch({ state, snapshot }: { state: State; snapshot: Snapshot }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const all = snapshot.personas;
    const at = all.findIndex((one) => one.id === state.persona);
    const next = all[(at + by + all.length) % all.length];
    if (!next) return;
    become(next.id);
    document.getElementById(`persona-${next.id}`)?.focus();
  };
  return (
    <div class="personas">
      <span class="personas-label" id="you-are">
        You are
      </span>
      <div class="segments" role="radiogroup" aria-labelledby="you-are" onKeyDown={onKeyDown}>
        {snapshot.personas.map((one) => {
          const mine = one.id === state.persona;
          const fresh = unreadOf(state, one.id);
          return (
            <button
              type="button"
              role="radio"
              id={`persona-${one.id}`}
              class="segment"
              aria-checked={mine}
              tabIndex={mine ? 0 : -1}
              onClick={() => become(one.id)}
            >
              <Avatar name={one.name} small />
              <span class="segment-text">
                <b>{firstName(one.name)}</b>
                <span>{one.role}</span>
              </span>
              {!mine && <Badge {...fresh} />}
            </button>
          );
        })}
      </div>
    </div>
  );
}

function Rail({ state, snapshot }: { state: State; snapshot: Snapshot }) {
  const here = placeKey(placeOf(state));
  const entry = (place: Place, mark: preact.ComponentChildren, name: string) => {
    const fresh = unread(state, state.persona, place);
    return (
      <button
        type="button"
        class="rail-entry"
        aria-current={here === placeKey(place) ? "page" : undefined}
        data-unread={fresh.count > 0}
        onClick={() => go(state, place)}
      >
        {mark}
        <span class="rail-name">{name}</span>
        <Badge calls={fresh.calls} count={0} />
      </button>
    );
  };
  const me = personaOf(snapshot, state.persona);
  const { app, team } = snapshot.slack;
  return (
    <nav class="rail" aria-label="Slack workspace">
      <div class="rail-team">{team}</div>
      <div class="rail-title">Channels</div>
      {snapshot.slack.channels.map((one) =>
        entry({ kind: "channel", id: one.id }, <span class="rail-hash">#</span>, one.name),
      )}
      <div class="rail-title">Apps</div>
      {entry({ kind: "direct" }, <Avatar name={app.name} app small />, app.name)}
      {entry({ kind: "home" }, <HomeMark />, "App Home")}
      <div class="rail-me">
        <Avatar name={me?.name ?? ""} small />
        <span class="rail-name">{me?.name}</span>
      </div>
    </nav>
  );
}

const HomeMark = () => (
  <svg class="rail-icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M2.5 7.5L8 3l5.5 4.5V13h-3.5V9.5H6V13H2.5z" />
  </svg>
);

function Home({ view, reader }: { view: View | null; reader: Reader }) {
  if (!view) return <p class="conversation-empty">The app has not shown its home yet.</p>;
  return (
    <div class="home" role="region" aria-label="App Home">
      <SurfaceProvider
        value={{
          reader,
          container: { view_id: view.id },
          state: formState(view.blocks, {}),
          errors: {},
          change: () => {},
        }}
      >
        <Blocks blocks={view.blocks} />
      </SurfaceProvider>
    </div>
  );
}

function Main({ state, snapshot, reader }: { state: State; snapshot: Snapshot; reader: Reader }) {
  const place = placeOf(state);
  const { slack } = snapshot;
  if (place.kind === "home") {
    return (
      <>
        <PlaceHead title={slack.app.name} note="App Home" />
        <Home view={slack.home[reader.id] ?? null} reader={reader} />
      </>
    );
  }
  const visible = (one: Message) => !state.dismissed.includes(one.ts);
  const whispers = (slack.ephemeral[reader.id] ?? []).filter(visible);
  const common = { snapshot, reader, newSince: newsSince(state) };
  if (place.kind === "direct") {
    return (
      <>
        <PlaceHead title={slack.app.name} note="Direct messages of the app to you" />
        <Conversation
          {...common}
          name={`Direct messages to ${reader.id}`}
          channel=""
          messages={slack.direct[reader.id] ?? []}
          whispers={[]}
          empty="Nothing yet. The app writes to you when something concerns only you."
        />
        <Composer snapshot={snapshot} persona={reader.id} placeholder="Type / for commands" />
      </>
    );
  }
  const channel = slack.channels.find((one) => one.id === place.id);
  return (
    <>
      <PlaceHead title={`# ${channel?.name ?? ""}`} note="Requests for AWS access" />
      <Conversation
        {...common}
        name={`Channel ${channel?.name ?? ""} of ${reader.id}`}
        channel={place.id}
        messages={channel?.messages ?? []}
        whispers={whispers.filter((one) => !one.channel || one.channel === place.id)}
        empty="Nobody has asked for anything yet. Type /access, or press + for the shortcuts."
      />
      <Composer
        snapshot={snapshot}
        persona={reader.id}
        placeholder={`Type /access to ask for access`}
      />
    </>
  );
}

function PlaceHead({ title, note }: { title: string; note: string }) {
  return (
    <header class="place-head">
      <h2>{title}</h2>
      <p>{note}</p>
    </header>
  );
}

export function Workspace() {
  const state = useApp();
  const now = useNow();
  const { snapshot } = state;
  if (!snapshot) return null;
  const reader: Reader = {
    personas: snapshot.personas,
    id: state.persona,
    zone: zoneOf(state),
    now,
  };
  const view = snapshot.slack.views[state.persona];
  return (
    <section class="workspace card" aria-label="Slack">
      <PersonaSwitch state={state} snapshot={snapshot} />
      {snapshot.faults.slack_down && (
        <p class="slack-down" role="status">
          Slack is down: the app can neither hear nor answer.
        </p>
      )}
      <div class="slack">
        <Rail state={state} snapshot={snapshot} />
        <div class="place">
          <Main state={state} snapshot={snapshot} reader={reader} />
        </div>
        {view && (
          <Modal
            key={`${state.persona} ${view.id}`}
            view={view}
            reader={reader}
            appName={snapshot.slack.app.name}
          />
        )}
      </div>
    </section>
  );
}
