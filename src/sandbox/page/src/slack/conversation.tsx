// The channel or the app's direct messages: days, new messages, whispers, kept scrolled to the end.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Message, Snapshot } from "../protocol";
import { day, sameDay } from "../time";
import { MessageItem, messageTime } from "./message";
import type { Reader } from "./mrkdwn";

interface Item {
  message: Message;
  whisper: boolean;
}

interface Props {
  name: string; // changes when another conversation is shown
  channel: string;
  messages: Message[];
  whispers: Message[];
  newSince: number;
  snapshot: Snapshot;
  reader: Reader;
  empty: string;
}

const newestTs = ({ message }: Item) =>
  Math.max(Number(message.ts), ...(message.thread ?? []).map((one) => Number(one.ts)));

// Stays at the end as long as the visitor is there.
function useEnd(name: string, size: number) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const onScroll = () => {
    const box = list.current;
    if (box) atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  };
  const toEnd = () => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  useLayoutEffect(() => {
    atEnd.current = true;
    toEnd();
  }, [name]);
  useEffect(() => {
    if (atEnd.current) toEnd();
  }, [size]);
  return { list, onScroll };
}

export function Conversation(props: Props) {
  const { messages, whispers, reader, newSince } = props;
  const items: Item[] = [
    ...messages.map((message) => ({ message, whisper: false })),
    ...whispers.map((message) => ({ message, whisper: true })),
  ].sort((a, b) => Number(a.message.ts) - Number(b.message.ts));
  const size = JSON.stringify(items).length;
  const { list, onScroll } = useEnd(props.name, size);
  const foreign = (item: Item) => item.message.user !== reader.id;
  const firstNew = items.find((item) => newestTs(item) > newSince && foreign(item));
  return (
    <div class="conversation" ref={list} onScroll={onScroll} role="log" aria-label={props.name}>
      {items.length === 0 && <p class="conversation-empty">{props.empty}</p>}
      {items.map((item, index) => {
        const at = messageTime(item.message);
        const before = items[index - 1];
        const newDay = !before || !sameDay(reader.zone, messageTime(before.message), at);
        return (
          <>
            {newDay && (
              <div class="day" key={`day-${item.message.ts}`}>
                <span>{day(reader.zone, at, reader.now)}</span>
              </div>
            )}
            {item === firstNew && index > 0 && (
              <div class="new-line" key="new">
                <span>New</span>
              </div>
            )}
            <MessageItem
              key={item.message.ts}
              message={item.message}
              channel={props.channel}
              reader={reader}
              snapshot={props.snapshot}
              whisper={item.whisper}
            />
          </>
        );
      })}
    </div>
  );
}
