// A modal as Slack shows it: keeps what was entered while the program rebuilds it, shows errors
// below the inputs, keeps the focus inside.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Block, Element, ElementState, FormState, View } from "../protocol";
import { act } from "../server";
import { say, saying } from "../state";
import { Blocks } from "./blocks";
import type { Reader } from "./mrkdwn";
import { dispatch, formState, isEmpty, SurfaceProvider, type Surface } from "./surface";

const FOCUSABLE = "button:not([disabled]), input, textarea, a[href]";

const REQUIRED = "Please complete this required field.";

function focusFirst(dialog: HTMLElement | null) {
  const input = dialog?.querySelector<HTMLElement>(".modal-body input, .modal-body textarea");
  (input ?? dialog)?.focus();
}

// Focus goes in when the dialog opens, stays inside on Tab, and goes back when it closes.
function useFocusTrap() {
  const dialog = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    focusFirst(dialog.current);
    return () => before?.isConnected && before.focus();
  }, []);
  const onTab = (event: KeyboardEvent) => {
    const all = [...(dialog.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])];
    const first = all[0];
    const last = all.at(-1);
    if (!first || !last) return;
    const leaving = event.shiftKey ? first : last;
    const inside = dialog.current?.contains(document.activeElement);
    const focused = document.activeElement;
    if (focused === leaving || focused === dialog.current || !inside) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  };
  return { dialog, onTab };
}

function missing(view: View, state: FormState): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of view.blocks) {
    if (block.type !== "input" || block.optional || !block.block_id) continue;
    const value = state[block.block_id]?.[block.element?.action_id ?? ""];
    if (isEmpty(value)) errors[block.block_id] = REQUIRED;
  }
  return errors;
}

function useForm(view: View, reader: Reader) {
  const [entered, setEntered] = useState<FormState>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const state = formState(view.blocks, entered);
  const surface: Surface = {
    reader,
    container: { view_id: view.id },
    state,
    errors,
    change: (block: Block, element: Element, value: ElementState) => {
      const blockId = block.block_id ?? "";
      const change = { [element.action_id ?? ""]: value };
      const next = { ...entered, [blockId]: { ...entered[blockId], ...change } };
      setEntered(next);
      setErrors(({ [blockId]: _, ...others }) => others);
      const asks = block.type !== "input" || block.dispatch_action;
      if (!asks || element.type === "plain_text_input") return;
      void dispatch(surface, block, element, {
        ...value,
        state: formState(view.blocks, next),
      });
    },
  };
  return { surface, setErrors };
}

export function Modal({ view, reader, appName }: { view: View; reader: Reader; appName: string }) {
  const { surface, setErrors } = useForm(view, reader);
  const { dialog, onTab } = useFocusTrap();
  const [busy, setBusy] = useState(false);

  const showErrors = (errors: Record<string, string>) => {
    setErrors(errors);
    const shown = view.blocks.map((block) => block.block_id ?? "");
    const elsewhere = Object.entries(errors).filter(([block]) => !shown.includes(block));
    for (const [, text] of elsewhere) say(text, "error");
    requestAnimationFrame(() => {
      const wrong = dialog.current?.querySelector<HTMLElement>("[aria-invalid='true']");
      wrong?.focus();
      wrong?.closest(".input")?.scrollIntoView({ block: "nearest" });
    });
  };
  const submit = async () => {
    if (busy || !view.submit) return;
    const errors = missing(view, surface.state);
    if (Object.keys(errors).length > 0) return showErrors(errors);
    setBusy(true);
    const answer = await saying(
      act(reader.id, { kind: "submit", view_id: view.id, state: surface.state }),
    );
    setBusy(false);
    if (answer.ok) showErrors(answer.errors ?? {});
  };
  const close = () => void saying(act(reader.id, { kind: "close", view_id: view.id }));

  // The program rebuilt the view: what had the focus may be gone, or may only now be there.
  useEffect(() => {
    const focused = document.activeElement;
    const inside = dialog.current?.contains(focused) && focused !== dialog.current;
    if (!inside) focusFirst(dialog.current);
  }, [view.hash, view.blocks.length]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
    else if (event.key === "Tab") onTab(event);
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
    else return;
    event.stopPropagation();
  };
  const title = view.title?.text ?? "";
  return (
    <div class="modal-backdrop">
      <div
        class="modal"
        role="dialog"
        aria-modal="true"
        aria-label={title}
        tabIndex={-1}
        ref={dialog}
        onKeyDown={onKeyDown}
      >
        <header class="modal-head">
          <span class="app-mark app-mark-small" aria-hidden="true" />
          <div>
            <h2>{title}</h2>
            <p>{appName}</p>
          </div>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M4 4l8 8M12 4l-8 8" />
            </svg>
          </button>
        </header>
        <div class="modal-body">
          <SurfaceProvider value={surface}>
            <Blocks blocks={view.blocks} />
          </SurfaceProvider>
        </div>
        <footer class="modal-foot">
          <button type="button" class="button" onClick={close}>
            {view.close?.text ?? "Cancel"}
          </button>
          {view.submit && (
            <button
              type="button"
              class="button button-primary"
              data-submit
              aria-busy={busy}
              onClick={() => void submit()}
            >
              {view.submit.text}
            </button>
          )}
        </footer>
      </div>
    </div>
  );
}
