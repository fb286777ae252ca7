// What the page remembers beside the last snapshot: who the visitor is, what they look at, what
// they have read. Everything else is in the snapshot.
import { useEffect, useState } from "preact/hooks";
import type { Message, Persona, Snapshot } from "./protocol";

export type Place = { kind: "channel"; id: string } | { kind: "home" } | { kind: "direct" };
export type Tab = "slack" | "access" | "audit" | "controls";
export type Theme = "system" | "light" | "dark";

export interface Toast {
  number: number;
  text: string;
  tone: "error" | "info";
}

export interface State {
  snapshot: Snapshot | null;
  receivedAt: number; // performance.now() of the snapshot, to count on from it
  connected: boolean;
  persona: string;
  places: Record<string, Place>; // of each persona
  read: Record<string, string>; // "PERSONA PLACE" -> ts of the newest message read there
  news: Record<string, string>; // the same when the place was opened: what is newer is "New"
  dismissed: string[]; // whispers that were closed
  tab: Tab; // on a phone
  theme: Theme;
  guide: boolean;
  sawAccess: boolean; // as the person who has it: a step of the guide
  log: boolean;
  toasts: Toast[];
}

let state: State = {
  snapshot: null,
  receivedAt: 0,
  connected: true,
  persona: "",
  places: {},
  read: {},
  news: {},
  dismissed: [],
  tab: "slack",
  theme: (localStorage.getItem("theme") as Theme | null) ?? "system",
  guide: localStorage.getItem("guide") !== "hidden",
  sawAccess: false,
  log: false,
  toasts: [],
};

const listeners = new Set<() => void>();

export function get(): State {
  return state;
}

export function set(change: Partial<State>) {
  state = { ...state, ...change };
  for (const listener of [...listeners]) listener();
}

export function useApp(): State {
  const [seen, setSeen] = useState(state);
  useEffect(() => {
    const listener = () => setSeen(state);
    listener();
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return seen;
}

// --- time ---

// The virtual time now: the snapshot's, counted on.
export function virtualNow(): number {
  if (!state.snapshot) return 0;
  return Date.parse(state.snapshot.now) + (performance.now() - state.receivedAt);
}

// The virtual time, again every second and at every snapshot.
export function useNow(): number {
  const [, tick] = useState(0);
  const { snapshot } = useApp();
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return snapshot ? virtualNow() : 0;
}

// --- people ---

export function personaOf(snapshot: Snapshot, id: string): Persona | undefined {
  return snapshot.personas.find((one) => one.id === id);
}

export function zoneOf({ snapshot, persona }: State): string {
  return (snapshot && personaOf(snapshot, persona)?.time_zone) || "UTC";
}

export const firstName = (name: string) => name.split(" ")[0] ?? name;

// --- places, and what was read in them ---

export const placeKey = (place: Place) => (place.kind === "channel" ? place.id : place.kind);
const readKey = (persona: string, place: Place) => `${persona} ${placeKey(place)}`;

export function placeOf({ snapshot, persona, places }: State): Place {
  const channel = snapshot?.slack.channels[0]?.id ?? "";
  return places[persona] ?? { kind: "channel", id: channel };
}

// Everything to read in a place, threads included, oldest first.
function messagesIn(snapshot: Snapshot, persona: string, place: Place): Message[] {
  if (place.kind === "home") return [];
  const whispers = snapshot.slack.ephemeral[persona] ?? [];
  const messages =
    place.kind === "direct"
      ? (snapshot.slack.direct[persona] ?? [])
      : [
          ...(snapshot.slack.channels.find((one) => one.id === place.id)?.messages ?? []),
          ...whispers.filter((one) => !one.channel || one.channel === place.id),
        ];
  return messages
    .flatMap((one) => [one, ...(one.thread ?? [])])
    .sort((a, b) => Number(a.ts) - Number(b.ts));
}

export interface Unread {
  count: number;
  calls: number; // mentions, and everything in a direct message
}

export function unread(state: State, persona: string, place: Place): Unread {
  const { snapshot, read } = state;
  if (!snapshot) return { count: 0, calls: 0 };
  const last = Number(read[readKey(persona, place)] ?? 0);
  const fresh = messagesIn(snapshot, persona, place).filter(
    (one) => Number(one.ts) > last && one.user !== persona,
  );
  const calling = fresh.filter(
    (one) => place.kind === "direct" || JSON.stringify(one).includes(`<@${persona}>`),
  );
  return { count: fresh.length, calls: calling.length };
}

// All places of one persona together.
export function unreadOf(state: State, persona: string): Unread {
  const places: Place[] = [{ kind: "direct" }];
  for (const { id } of state.snapshot?.slack.channels ?? []) places.push({ kind: "channel", id });
  return places
    .map((place) => unread(state, persona, place))
    .reduce((a, b) => ({ count: a.count + b.count, calls: a.calls + b.calls }));
}

function newest(snapshot: Snapshot, persona: string, place: Place): string {
  return messagesIn(snapshot, persona, place).at(-1)?.ts ?? "0";
}

// Read everything where the visitor is; remember from where on it was new to them.
export function enter(change: Partial<State>) {
  const next = { ...state, ...change };
  const { snapshot, persona } = next;
  if (!snapshot) return set(change);
  const place = placeOf(next);
  const key = readKey(persona, place);
  set({
    ...change,
    news: { ...next.news, [key]: next.read[key] ?? "0" },
    read: { ...next.read, [key]: newest(snapshot, persona, place) },
  });
}

export function newsSince(state: State): number {
  return Number(state.news[readKey(state.persona, placeOf(state))] ?? 0);
}

export function receive(snapshot: Snapshot) {
  const old = state.snapshot;
  const anew = !old || Date.parse(snapshot.now) < Date.parse(old.now) - 60_000;
  const persona = anew ? (snapshot.personas[0]?.id ?? "") : state.persona;
  const next: State = { ...state, snapshot, persona, receivedAt: performance.now() };
  if (anew) {
    next.read = {};
    next.news = {};
    next.places = {};
    next.dismissed = [];
    next.sawAccess = false;
    for (const one of snapshot.personas) {
      const places: Place[] = [{ kind: "direct" }];
      for (const { id } of snapshot.slack.channels) places.push({ kind: "channel", id });
      for (const place of places) {
        const key = readKey(one.id, place);
        next.read[key] = next.news[key] = newest(snapshot, one.id, place);
      }
    }
  } else {
    const place = placeOf(next);
    next.read = { ...next.read, [readKey(persona, place)]: newest(snapshot, persona, place) };
  }
  set(next);
}

// --- small notes at the edge ---

let toastNumber = 0;

export function say(text: string, tone: Toast["tone"] = "info") {
  const number = ++toastNumber;
  set({ toasts: [...state.toasts.slice(-2), { number, text, tone }] });
  setTimeout(() => unsay(number), tone === "error" ? 9000 : 6000);
}

export function unsay(number: number) {
  set({ toasts: state.toasts.filter((one) => one.number !== number) });
}

// Says what went wrong, if anything did; the answer either way.
export async function saying<T extends { ok: boolean; error?: string }>(answer: Promise<T>) {
  const got = await answer;
  if (!got.ok) say(got.error ?? "That did not work.", "error");
  return got;
}

// --- looks ---

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function showTheme() {
  const dark = state.theme === "system" ? systemIsDark.matches : state.theme === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
systemIsDark.addEventListener("change", showTheme);

export function applyTheme(theme: Theme) {
  localStorage.setItem("theme", theme);
  set({ theme });
  showTheme();
}

export function showGuide(guide: boolean) {
  localStorage.setItem("guide", guide ? "shown" : "hidden");
  set({ guide });
}
