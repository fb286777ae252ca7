// A message with its thread below it.
import { useState } from "preact/hooks";
import type { Message, Snapshot } from "../protocol";
import { set, get } from "../state";
import { clock, clockWithSeconds, longDay } from "../time";
import { Avatar } from "./avatar";
import { Blocks } from "./blocks";
import { Markup, type Reader } from "./mrkdwn";
import { formState, SurfaceProvider } from "./surface";

export const messageTime = (message: Message) => Number(message.ts) * 1000;

interface Props {
  message: Message;
  channel: string;
  reader: Reader;
  snapshot: Snapshot;
  whisper?: boolean;
  isNew?: boolean;
}

function author(message: Message, snapshot: Snapshot): string {
  if (message.name) return message.name;
  const person = snapshot.personas.find((one) => one.id === message.user);
  return person?.name ?? snapshot.slack.app.name;
}

function isApp(message: Message, snapshot: Snapshot): boolean {
  return message.is_app ?? !snapshot.personas.some((one) => one.id === message.user);
}

function Body({ message, channel, reader }: Props) {
  if (!message.blocks?.length) {
    return (
      <p class="message-text">
        <Markup text={message.text} reader={reader} />
      </p>
    );
  }
  const container = { channel: message.channel ?? channel, ts: message.ts };
  const state = formState(message.blocks, {});
  return (
    <SurfaceProvider value={{ reader, container, state, errors: {}, change: () => {} }}>
      <Blocks blocks={message.blocks} />
    </SurfaceProvider>
  );
}

function Head({ message, reader, snapshot }: Props) {
  const at = messageTime(message);
  return (
    <div class="message-head">
      <b>{author(message, snapshot)}</b>
      {isApp(message, snapshot) && <span class="app-badge">App</span>}
      <time title={`${longDay(reader.zone, at)}, ${clockWithSeconds(reader.zone, at)}`}>
        {clock(reader.zone, at)}
      </time>
      {message.edited && <span class="muted small">(edited)</span>}
    </div>
  );
}

function Thread(props: Props & { replies: Message[] }) {
  const { replies, reader, snapshot } = props;
  const [open, setOpen] = useState(true);
  const last = replies.at(-1);
  if (!last) return null;
  const people = [...new Set(replies.map((one) => author(one, snapshot)))].slice(0, 3);
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  return (
    <div class="thread">
      <button
        type="button"
        class="thread-toggle"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {people.map((name) => (
          <Avatar name={name} app={name === snapshot.slack.app.name} small />
        ))}
        <span class="thread-count">{count}</span>
        <span class="muted">
          {open ? "Hide thread" : `Last reply at ${clock(reader.zone, messageTime(last))}`}
        </span>
      </button>
      {open && (
        <div class="thread-replies">
          {replies.map((reply) => (
            <article class="message message-reply" data-ts={reply.ts} key={reply.ts}>
              <Avatar
                name={author(reply, snapshot)}
                app={isApp(reply, snapshot)}
                small
              />
              <div class="message-main">
                <Head {...props} message={reply} />
                <Body {...props} message={reply} />
              </div>
            </article>
          ))}
        </div>
      )}
    </div>
  );
}

export function MessageItem(props: Props) {
  const { message, snapshot, whisper, isNew } = props;
  const dismiss = () => set({ dismissed: [...get().dismissed, message.ts] });
  return (
    <article
      class={`message${whisper ? " message-whisper" : ""}`}
      data-ts={message.ts}
      data-new={isNew}
      aria-label={`Message of ${author(message, snapshot)}`}
    >
      <Avatar name={author(message, snapshot)} app={isApp(message, snapshot)} />
      <div class="message-main">
        {whisper && (
          <div class="whisper-note">
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z" />
              <circle cx="8" cy="8" r="2" />
            </svg>
            Only visible to you ·{" "}
            <button type="button" class="link" onClick={dismiss}>
              Dismiss
            </button>
          </div>
        )}
        <Head {...props} />
        <Body {...props} />
        <Thread {...props} replies={message.thread ?? []} />
      </div>
    </article>
  );
}
