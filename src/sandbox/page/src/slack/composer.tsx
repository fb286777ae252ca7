// The line at the bottom of a conversation: slash commands with suggestions, and the shortcuts.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Act, Snapshot } from "../protocol";
import { act } from "../server";
import { say, saying } from "../state";

const ABOUT: Record<string, string> = {
  "/access": "Ask for access to an AWS account",
  "/access end": "End access you have",
  "/group-access": "Ask for a group membership",
};

function suggestions(snapshot: Snapshot, text: string): string[] {
  if (!text.startsWith("/")) return [];
  const known = snapshot.slack.app.commands.flatMap((command) =>
    command === "/access" ? [command, "/access end"] : [command],
  );
  return known.filter((one) => one.startsWith(text.trimEnd().toLowerCase()) && one !== text);
}

export function Composer(props: { snapshot: Snapshot; persona: string; placeholder: string }) {
  const { snapshot, persona } = props;
  const [text, setText] = useState("");
  const [active, setActive] = useState(-1); // the suggestion that the arrow keys chose
  const found = suggestions(snapshot, text);
  // Enter takes a suggestion in place of what is no command yet.
  const isCommand = snapshot.slack.app.commands.includes(text.trim().split(/\s/)[0] ?? "");
  const marked = active >= 0 ? active : isCommand ? -1 : 0;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(""), [persona]);

  const run = (command: string) => {
    const typed = command.trim();
    if (!typed) return;
    if (!snapshot.slack.app.commands.includes(typed.split(/\s/)[0] ?? "")) {
      say(`Nobody is listening here but the app: try ${snapshot.slack.app.commands.join(" or ")}.`);
      return;
    }
    setText("");
    setActive(-1);
    void saying(act(persona, { kind: "command", text: typed }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const one = found[marked];
    if (event.key === "Enter") run(one ?? text);
    else if (event.key === "ArrowDown") setActive(Math.min(marked + 1, found.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, -1));
    else if (event.key === "Tab" && one) setText(one);
    else if (event.key === "Escape" && text) setText("");
    else return;
    event.preventDefault();
  };
  return (
    <div class="composer">
      {found.length > 0 && (
        <div class="suggestions" role="listbox" aria-label="Commands" id="commands">
          {found.map((command, index) => (
            <div
              role="option"
              class="suggestion"
              aria-selected={index === marked}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => run(command)}
            >
              <b>{command}</b>
              <span>{ABOUT[command] ?? snapshot.slack.app.name}</span>
            </div>
          ))}
        </div>
      )}
      <div class="composer-line">
        <Shortcuts snapshot={snapshot} persona={persona} />
        <input
          ref={input}
          value={text}
          placeholder={props.placeholder}
          aria-label="Message or slash command"
          aria-controls="commands"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setActive(-1);
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="icon-button"
          aria-label="Send"
          disabled={!text.trim()}
          onClick={() => run(text)}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2.5 3l11 5-11 5 2-5z" />
          </svg>
        </button>
      </div>
    </div>
  );
}

function Shortcuts({ snapshot, persona }: { snapshot: Snapshot; persona: string }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const items = () => [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  useEffect(() => {
    if (open) items()[0]?.focus();
  }, [open]);
  const start = (what: Act) => {
    setOpen(false);
    void saying(act(persona, what));
  };
  const move = (by: number) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[(at + by + all.length) % all.length]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape" && open) {
      setOpen(false);
      box.current?.querySelector("button")?.focus();
    } else return;
    event.preventDefault();
  };
  const onBlur = (event: FocusEvent) => {
    if (!box.current?.contains(event.relatedTarget as Node)) setOpen(false);
  };
  return (
    <div class="shortcuts" ref={box} onKeyDown={onKeyDown} onFocusOut={onBlur}>
      <button
        type="button"
        class="icon-button icon-button-filled"
        aria-label="Shortcuts"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 3v10M3 8h10" />
        </svg>
      </button>
      {open && (
        <div class="shortcut-list" role="menu" aria-label="Shortcuts">
          <div class="menu-group">Shortcuts of {snapshot.slack.app.name}</div>
          {snapshot.slack.app.shortcuts.map(({ callback_id, name }) => (
            <button
              type="button"
              role="menuitem"
              class="menu-option"
              onClick={() => start({ kind: "shortcut", callback_id })}
            >
              <span class="app-mark app-mark-small" aria-hidden="true" />
              {name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
