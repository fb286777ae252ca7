// A menu with type-ahead: a combobox with its list (WAI-ARIA "combobox with list autocomplete").
// Arrow keys, Home, End, Enter and Escape do what they do in Slack.
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Option, OptionGroup } from "../protocol";

export interface Choices {
  options?: Option[];
  option_groups?: OptionGroup[];
  error?: string;
}

interface Props {
  id: string;
  chosen: Option | null;
  placeholder: string;
  describedBy?: string;
  invalid: boolean;
  // All choices, or a function that asks for those that match what was typed.
  choices: Choices | ((query: string) => Promise<Choices>);
  onChoose: (option: Option) => void;
}

const PAUSE_BEFORE_ASKING = 120; // milliseconds without a key

function matching(choices: Choices, query: string): OptionGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one: Option) => {
    const text = one.text.text.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const groups: OptionGroup[] = choices.option_groups ?? [
    { label: { type: "plain_text", text: "" }, options: choices.options ?? [] },
  ];
  return groups
    .map((group) => ({ ...group, options: group.options.filter(fits) }))
    .filter((group) => group.options.length > 0);
}

// Where the list goes: below the box, or above where there is more room.
function useListPlace(open: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const [style, setStyle] = useState({});
  useLayoutEffect(() => {
    if (!open) return;
    const place = () => {
      const rect = box.current?.getBoundingClientRect();
      if (!rect) return;
      const below = innerHeight - rect.bottom - 12;
      const above = rect.top - 12;
      const up = below < 200 && above > below;
      const height = Math.min(300, up ? above : below);
      setStyle({
        left: `${rect.left}px`,
        width: `${rect.width}px`,
        maxHeight: `${height}px`,
        ...(up ? { bottom: `${innerHeight - rect.top + 4}px` } : { top: `${rect.bottom + 4}px` }),
      });
    };
    place();
    addEventListener("scroll", place, true);
    addEventListener("resize", place);
    return () => {
      removeEventListener("scroll", place, true);
      removeEventListener("resize", place);
    };
  }, [open]);
  return { box, style };
}

// The choices for what was typed; null while they are on their way.
function useChoices(choices: Props["choices"], open: boolean, query: string): Choices | null {
  const [loaded, setLoaded] = useState<Choices | null>(null);
  const asked = useRef(0);
  useEffect(() => {
    if (!open || typeof choices !== "function") return;
    const number = ++asked.current;
    const ask = async () => {
      const answer = await choices(query);
      if (number === asked.current) setLoaded(answer);
    };
    const timer = setTimeout(ask, query ? PAUSE_BEFORE_ASKING : 0);
    return () => {
      clearTimeout(timer);
      asked.current += 1;
    };
    // `choices` is a new function at every render; what is asked depends on the query alone.
  }, [open, query]);
  useEffect(() => {
    if (!open) setLoaded(null);
  }, [open]);
  if (typeof choices !== "function") return choices;
  return loaded;
}

export function Menu(props: Props) {
  const { id, chosen, placeholder } = props;
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(-1);
  const { box, style } = useListPlace(open);
  const list = useId();
  const found = useChoices(props.choices, open, query);
  const remote = typeof props.choices === "function";
  const groups = found ? matching(found, remote ? "" : query) : [];
  const options = groups.flatMap((group) => group.options);
  const optionId = (index: number) => `${list}-${index}`;

  // The first match is marked, or what was chosen before.
  useEffect(() => {
    if (!open) return;
    const index = options.findIndex((one) => one.value === chosen?.value);
    setActive(query ? (options.length ? 0 : -1) : index >= 0 ? index : options.length ? 0 : -1);
  }, [open, query, options.length]);
  useEffect(() => {
    document.getElementById(optionId(active))?.scrollIntoView({ block: "nearest" });
  }, [active, open]);

  const show = () => {
    if (open) return;
    setQuery("");
    setOpen(true);
  };
  const choose = (option: Option | undefined) => {
    if (!option) return;
    setOpen(false);
    props.onChoose(option);
  };
  const move = (index: number) => {
    if (options.length) setActive((index + options.length) % options.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const keys: Record<string, () => void> = {
      ArrowDown: () => (open ? move(active + 1) : show()),
      ArrowUp: () => (open ? move(active - 1) : show()),
    };
    if (open) {
      keys.Enter = () => choose(options[active]);
      keys.Escape = () => setOpen(false);
      keys.PageDown = () => setActive(Math.min(active + 8, options.length - 1));
      keys.PageUp = () => setActive(Math.max(active - 8, 0));
      if (!query) {
        keys.Home = () => move(0);
        keys.End = () => move(options.length - 1);
      }
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      keys.Enter = show;
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  let index = 0;
  return (
    <div class="menu" ref={box}>
      <input
        id={id}
        class="field"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? optionId(active) : undefined}
        aria-invalid={props.invalid}
        aria-describedby={props.describedBy}
        placeholder={open && chosen ? chosen.text.text : placeholder}
        value={open ? query : (chosen?.text.text ?? "")}
        onInput={(event) => {
          setOpen(true);
          setQuery(event.currentTarget.value);
        }}
        onClick={show}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <svg class="menu-arrow" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M2.5 4.5L6 8l3.5-3.5" />
      </svg>
      {open && (
        // The box keeps the focus: a click in the list must not take it.
        <div class="menu-list" style={style} onMouseDown={(event) => event.preventDefault()}>
          <div role="listbox" id={list} aria-label={placeholder}>
            {groups.map((group) => (
              <div role="group" aria-label={group.label.text || undefined}>
                {group.label.text && <div class="menu-group">{group.label.text}</div>}
                {group.options.map((option) => {
                  const here = index++;
                  return (
                    <div
                      role="option"
                      id={optionId(here)}
                      class="menu-option"
                      aria-selected={option.value === chosen?.value}
                      data-active={here === active}
                      onMouseMove={() => here !== active && setActive(here)}
                      onClick={() => choose(option)}
                    >
                      {option.text.text}
                    </div>
                  );
                })}
              </div>
            ))}
          </div>
          <MenuNote found={found} count={options.length} remote={remote} />
        </div>
      )}
    </div>
  );
}

function MenuNote(props: { found: Choices | null; count: number; remote: boolean }) {
  const { found, count, remote } = props;
  if (!found) return <div class="menu-note">Loading…</div>;
  if (found.error) return <div class="menu-note menu-note-bad">{found.error}</div>;
  if (count === 0) return <div class="menu-note">No results</div>;
  if (remote && count >= 100) {
    return <div class="menu-note">The first {count}. Type to find others.</div>;
  }
  return null;
}
