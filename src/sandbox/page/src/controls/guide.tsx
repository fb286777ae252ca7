// A guided first run. It asks nothing of the visitor: it watches the audit trail and goes on by
// itself when a step was done, by whichever way.
import { useEffect } from "preact/hooks";
import type { AuditEntry, Snapshot } from "../protocol";
import { firstName, set, showGuide, useApp, type State } from "../state";
import { field, momentOf } from "../aws/sentence";
import { become } from "../slack/workspace";

interface Step {
  title: string;
  text: string[]; // lines of one sentence
  persona?: number; // who does it: an index into the snapshot's personas
}

const STEPS: Step[] = [
  {
    title: "Ask",
    text: [
      "Dana needs access. Type /access below the channel, choose an account, for example",
      "Payments production, a permission set, and say why.",
    ],
    persona: 0,
  },
  {
    title: "Approve",
    text: [
      "The rules name who may agree: become Amir, read the request, and press Approve.",
    ],
    persona: 1,
  },
  {
    title: "See access",
    text: [
      "Be Dana again. Her thread has the sign-in link, and AWS has the assignment:",
      "see when it ends.",
    ],
    persona: 0,
  },
  {
    title: "End early",
    text: ["Dana is done before the time is over: press End access now, and watch AWS lose it."],
    persona: 0,
  },
  {
    title: "Let one expire",
    text: [
      "Ask and approve once more. Then press To next deadline: nobody does anything, and it is",
      "gone. Killing the program first changes nothing.",
    ],
  },
];

const isPast = (entry: AuditEntry, deadline: number) => entry.timestamp >= deadline;

// The end that was promised for the access that an entry speaks of.
function deadlineOf(audit: AuditEntry[], entry: AuditEntry): number | null {
  const own = momentOf(entry.deadline);
  if (own !== null) return own;
  const grant = audit.findLast(
    (one) =>
      one.operation_type === "grant" && one.elevator_request_id === entry.elevator_request_id,
  );
  return grant ? momentOf(grant.deadline) : null;
}

function done(state: State, snapshot: Snapshot): boolean[] {
  const { audit } = snapshot;
  const has = (type: string) => audit.some((one) => one.operation_type === type);
  const revocations = audit.filter((one) => one.operation_type === "revoke");
  const early = revocations.some((one) => {
    const deadline = deadlineOf(audit, one);
    return deadline !== null && !isPast(one, deadline);
  });
  const expired = revocations.some((one) => {
    const deadline = deadlineOf(audit, one);
    return deadline !== null && isPast(one, deadline);
  });
  const approved = has("approve") || has("grant");
  return [has("request"), approved, state.sawAccess || early || expired, early, expired];
}

// Is the visitor, at this moment, somebody who was given access?
function looksAtOwnAccess({ snapshot, persona }: State): boolean {
  if (!snapshot?.aws.assignments.length) return false;
  return snapshot.audit.some(
    (one) => one.operation_type === "grant" && field(one, "requester_slack_id") === persona,
  );
}

function Current({ step, snapshot, state }: { step: Step; snapshot: Snapshot; state: State }) {
  const who = step.persona === undefined ? undefined : snapshot.personas[step.persona];
  return (
    <p class="guide-text" aria-live="polite">
      {step.text.join(" ")}
      {who && who.id !== state.persona && (
        <button type="button" class="button button-small" onClick={() => become(who.id)}>
          Become {firstName(who.name)}
        </button>
      )}
    </p>
  );
}

export function Guide() {
  const state = useApp();
  const { snapshot } = state;
  const looks = looksAtOwnAccess(state);
  useEffect(() => {
    if (looks) set({ sawAccess: true });
  }, [looks]);
  if (!snapshot || !state.guide) return null;
  const finished = done(state, snapshot);
  const at = finished.indexOf(false);
  const step = STEPS[at];
  return (
    <section class="guide" aria-label="Guided first run">
      <ol class="steps">
        {STEPS.map(({ title }, index) => (
          <li
            class="step"
            data-done={finished[index]}
            aria-current={index === at ? "step" : undefined}
          >
            <span class="step-mark">{finished[index] ? "✓" : index + 1}</span>
            {title}
          </li>
        ))}
      </ol>
      {step ? (
        <Current step={step} snapshot={snapshot} state={state} />
      ) : (
        <p class="guide-text" aria-live="polite">
          That is the whole product. Now break it: throttle AWS, take Slack down, kill the program
          while somebody has access. It still ends on time.
        </p>
      )}
      <button
        type="button"
        class="icon-button guide-close"
        aria-label="Hide the guide"
        onClick={() => showGuide(false)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M4 4l8 8M12 4l-8 8" />
        </svg>
      </button>
    </section>
  );
}
