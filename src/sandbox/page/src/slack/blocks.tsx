// Block Kit as Slack draws it, for the blocks that the program sends.
import { useId } from "preact/hooks";
import type { Block, Element, Text } from "../protocol";
import { Button, Input } from "./elements";
import { Words } from "./mrkdwn";
import { useSurface } from "./surface";

function Section({ block }: { block: Block }) {
  const { reader } = useSurface();
  const id = useId();
  return (
    <div class="section">
      <div class="section-text">
        {block.text && <Words text={block.text} reader={reader} />}
        {block.fields && (
          <div class="fields">
            {block.fields.map((field) => (
              <div class="field-text">
                <Words text={field} reader={reader} />
              </div>
            ))}
          </div>
        )}
      </div>
      {block.accessory && <Input block={block} element={block.accessory} id={id} />}
    </div>
  );
}

function InputBlock({ block }: { block: Block }) {
  const { errors } = useSurface();
  const id = useId();
  const error = errors[block.block_id ?? ""];
  const notes = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  if (!block.element) return null;
  return (
    <div class="input" data-block={block.block_id} data-invalid={Boolean(error)}>
      <label for={id}>
        {block.label?.text}
        {block.optional && <span class="muted"> (optional)</span>}
      </label>
      <Input
        block={block}
        element={block.element}
        id={id}
        describedBy={notes || undefined}
        invalid={Boolean(error)}
      />
      {error && (
        <p class="input-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {block.hint && (
        <p class="input-hint" id={`${id}-hint`}>
          {block.hint.text}
        </p>
      )}
    </div>
  );
}

function OneBlock({ block }: { block: Block }) {
  const { reader } = useSurface();
  switch (block.type) {
    case "section":
      return <Section block={block} />;
    case "actions":
      return (
        <div class="actions">
          {block.elements?.map((element) =>
            element.type === "button" ? (
              <Button block={block} element={element} key={element.action_id} />
            ) : (
              <Input block={block} element={element} id="" key={element.action_id} />
            ),
          )}
        </div>
      );
    case "context":
      return (
        <div class="context">
          {block.elements?.map((element: Element) => (
            <span>
              <Words text={element as unknown as Text} reader={reader} />
            </span>
          ))}
        </div>
      );
    case "divider":
      return <hr />;
    case "header":
      return <h3 class="header-block">{block.text?.text}</h3>;
    case "input":
      return <InputBlock block={block} />;
    default:
      return <p class="muted">This page cannot show a block “{block.type}”.</p>;
  }
}

export function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <div class="blocks">
      {blocks.map((block, index) => (
        <OneBlock block={block} key={block.block_id ?? `${block.type}-${index}`} />
      ))}
    </div>
  );
}
