// The one origin: acts and switches go out as POSTs, snapshots come in as server-sent events.
import type { Act, Answer, Fault, Snapshot } from "./protocol";

const NO_ANSWER = "The sandbox does not answer. Is the demo still running in your terminal?";

async function post(path: string, body: unknown): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return { ok: false, error: NO_ANSWER };
  }
  try {
    const answer = (await response.json()) as Answer;
    if (answer.ok) return answer;
    return { ...answer, error: answer.error || `The sandbox refused (${response.status}).` };
  } catch {
    return { ok: false, error: `The sandbox gave no reason (status ${response.status}).` };
  }
}

export const act = (persona: string, what: Act) => post("/demo/act", { persona, act: what });
export const advance = (seconds: number) => post("/demo/clock", { advance_seconds: seconds });
export const toNextDeadline = () => post("/demo/clock", { to: "next_deadline" });
export const setFault = (fault: Fault, on: boolean) => post("/demo/fault", { fault, on });
export const kill = () => post("/demo/kill", {});
export const reset = () => post("/demo/reset", {});

// Calls back with every snapshot, and with whether there is a connection. EventSource connects
// again by itself; the first event after that is a whole snapshot.
export function listen(
  onSnapshot: (snapshot: Snapshot) => void,
  onConnection: (connected: boolean) => void,
) {
  const events = new EventSource("/demo/events");
  events.addEventListener("open", () => onConnection(true));
  events.addEventListener("error", () => onConnection(false));
  events.addEventListener("state", (event) => {
    onSnapshot(JSON.parse((event as MessageEvent<string>).data) as Snapshot);
  });
}
