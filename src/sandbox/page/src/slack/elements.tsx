// The interactive elements of Block Kit that the program uses.
import { useState } from "preact/hooks";
import type { Block, Element, ElementState, Option } from "../protocol";
import { act } from "../server";
import { say } from "../state";
import { fromLocalInput, toLocalInput } from "../time";
import { Menu, type Choices } from "./menu";
import { dispatch, useSurface } from "./surface";

interface Props {
  block: Block;
  element: Element;
  id: string;
  describedBy?: string;
  invalid?: boolean;
}

const label = (element: Element) =>
  typeof element.text === "string" ? element.text : (element.text?.text ?? "");

export function Button({ block, element }: { block: Block; element: Element }) {
  const surface = useSurface();
  const [busy, setBusy] = useState(false);
  const onClick = async () => {
    if (busy) return;
    setBusy(true);
    const answer = await dispatch(surface, block, element);
    setBusy(false);
    if (answer.ok && element.url) {
      say(`In your organization this opens the AWS access portal: ${element.url}`);
    }
  };
  return (
    <button
      type="button"
      class={`button${element.style ? ` button-${element.style}` : ""}`}
      data-action={element.action_id}
      aria-busy={busy}
      onClick={onClick}
    >
      {label(element)}
      {element.url && (
        <svg class="button-link" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M4.5 2.5h5v5M9.5 2.5l-7 7" />
        </svg>
      )}
    </button>
  );
}

function useElement<T extends ElementState>(block: Block, element: Element) {
  const surface = useSurface();
  const state = surface.state[block.block_id ?? ""]?.[element.action_id ?? ""] as T | undefined;
  const change = (value: Omit<T, "type">) =>
    surface.change(block, element, { type: element.type, ...value });
  return { surface, state, change };
}

function Select({ block, element, ...rest }: Props) {
  type State = ElementState & { selected_option: Option | null };
  const { surface, state, change } = useElement<State>(block, element);
  const load = async (query: string): Promise<Choices> => {
    if (!("view_id" in surface.container)) return { options: [] };
    return act(surface.reader.id, {
      kind: "options",
      view_id: surface.container.view_id,
      block_id: block.block_id ?? "",
      action_id: element.action_id ?? "",
      query,
    });
  };
  return (
    <Menu
      {...rest}
      invalid={rest.invalid ?? false}
      chosen={state?.selected_option ?? null}
      placeholder={element.placeholder?.text ?? "Choose"}
      choices={element.type === "external_select" ? load : element}
      onChoose={(option) => change({ selected_option: option })}
    />
  );
}

function TextInput({ block, element, id, describedBy, invalid }: Props) {
  type State = ElementState & { value: string | null };
  const { surface, state, change } = useElement<State>(block, element);
  const onEnter =
    block.dispatch_action &&
    element.dispatch_action_config?.trigger_actions_on?.includes("on_enter_pressed");
  const common = {
    id,
    class: "field",
    value: state?.value ?? "",
    maxLength: element.max_length,
    placeholder: element.placeholder?.text,
    "aria-describedby": describedBy,
    "aria-invalid": invalid,
  };
  const change_to = (value: string) => change({ value: value === "" ? null : value });
  if (element.multiline) {
    return (
      <textarea {...common} rows={3} onInput={(event) => change_to(event.currentTarget.value)} />
    );
  }
  return (
    <input
      {...common}
      onInput={(event) => change_to(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !onEnter) return;
        event.preventDefault();
        void dispatch(surface, block, element, { value: state?.value ?? "" });
      }}
    />
  );
}

function DateTime({ block, element, id, describedBy, invalid }: Props) {
  type State = ElementState & { selected_date_time: number | null };
  const { surface, state, change } = useElement<State>(block, element);
  const { zone } = surface.reader;
  const at = state?.selected_date_time;
  return (
    <input
      id={id}
      class="field"
      type="datetime-local"
      value={at ? toLocalInput(zone, at * 1000) : ""}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      onInput={(event) => {
        const chosen = fromLocalInput(zone, event.currentTarget.value);
        change({ selected_date_time: chosen === null ? null : chosen / 1000 });
      }}
    />
  );
}

export function Input(props: Props) {
  switch (props.element.type) {
    case "static_select":
    case "external_select":
      return <Select {...props} />;
    case "plain_text_input":
      return <TextInput {...props} />;
    case "datetimepicker":
      return <DateTime {...props} />;
    case "button":
      return <Button {...props} />;
    default:
      return <em class="muted">This page cannot show an element “{props.element.type}”.</em>;
  }
}
