// What blocks need to know about the surface they are shown on: a message, a modal or App Home.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Block, Container, Element, ElementState, FormState, Option } from "../protocol";
import { act } from "../server";
import { saying } from "../state";
import type { Reader } from "./mrkdwn";

export interface Surface {
  reader: Reader;
  container: Container;
  state: FormState;
  errors: Record<string, string>;
  change: (block: Block, element: Element, value: ElementState) => void;
}

const Context = createContext<Surface | null>(null);
export const SurfaceProvider = Context.Provider;

export function useSurface(): Surface {
  const surface = useContext(Context);
  if (!surface) throw new Error("a block outside of any surface");
  return surface;
}

// block_actions: what a click or a choice in an input that dispatches sends.
export function dispatch(
  surface: Surface,
  block: Block,
  element: Element,
  more: { value?: unknown; selected_option?: Option | null; state?: FormState } = {},
) {
  return saying(
    act(surface.reader.id, {
      kind: "click",
      container: surface.container,
      block_id: block.block_id ?? "",
      action: element,
      value: element.value,
      ...more,
      state: more.state ?? surface.state,
    }),
  );
}

// What an element holds before anybody touched it; null: it holds nothing, like a button.
export function initialState(element: Element): ElementState | null {
  switch (element.type) {
    case "static_select":
    case "external_select":
      return { type: element.type, selected_option: element.initial_option ?? null };
    case "plain_text_input":
      return { type: element.type, value: element.initial_value ?? null };
    case "datetimepicker":
      return { type: element.type, selected_date_time: element.initial_date_time ?? null };
    default:
      return null;
  }
}

export function isEmpty(state: ElementState | undefined): boolean {
  if (!state) return true;
  return [state.selected_option, state.value, state.selected_date_time].every(
    (one) => one === undefined || one === null || one === "",
  );
}

// Values that were entered stay as long as block and action keep their ids, as in Slack.
export function formState(blocks: Block[], entered: FormState): FormState {
  const state: FormState = {};
  for (const block of blocks) {
    for (const element of [block.element, block.accessory, ...(block.elements ?? [])]) {
      if (!element?.action_id || !block.block_id) continue;
      const initial = initialState(element);
      if (!initial) continue;
      const kept = entered[block.block_id]?.[element.action_id];
      state[block.block_id] = { ...state[block.block_id], [element.action_id]: kept ?? initial };
    }
  }
  return state;
}
