// Slack's markup as elements. Only what Slack itself would show becomes one: text that people
// wrote arrives escaped (&lt; &gt; &amp;) and stays text.
// https://docs.slack.dev/messaging/formatting-message-text
import type { ComponentChildren } from "preact";
import type { Persona, Text } from "../protocol";
import { clock, day } from "../time";
import { Emoji, isEmoji } from "./emoji";

export interface Reader {
  personas: Persona[];
  id: string; // whose screen it is: mentions of this person stand out
  zone: string;
  now: number;
}

// Also keeps "1 h" together at the end of a line.
const unescape = (text: string) =>
  text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/(\d) (d|h|m|s)\b/g, "$1\u00a0$2");

// {date_short_pretty} and its like, for the reader.
function formatDate(reader: Reader, seconds: number, pattern: string): string {
  const at = seconds * 1000;
  const pretty = day(reader.zone, at, reader.now);
  return pattern
    .replace(/\{date(_\w+)?\}/g, (_, kind?: string) =>
      kind?.endsWith("pretty") ? pretty : day(reader.zone, at, 0))
    .replace(/\{time(_secs)?\}/g, clock(reader.zone, at));
}

// What stands between < and >.
function Reference({ inner, reader }: { inner: string; reader: Reader }) {
  const date = /^!date\^(\d+)\^([^^|]*)(?:\^[^|]*)?\|(.*)$/s.exec(inner);
  if (date) {
    let shown = formatDate(reader, Number(date[1]), date[2] ?? "");
    // In the middle of a sentence it is "today".
    shown = shown.replace(/^(Today|Yesterday|Tomorrow)\b/, (word) => word.toLowerCase());
    return <time title={date[3]}>{shown}</time>;
  }
  const [target = "", label] = inner.split("|", 2);
  if (target.startsWith("@")) {
    const id = target.slice(1);
    const person = reader.personas.find((one) => one.id === id);
    const name = person?.name ?? label ?? id;
    return <span class={`mention${id === reader.id ? " mention-me" : ""}`}>@{unescape(name)}</span>;
  }
  if (target.startsWith("#")) {
    return <span class="mention">#{unescape(label ?? target.slice(1))}</span>;
  }
  if (target.startsWith("!")) {
    return <span class="mention">@{unescape(label ?? target.slice(1).split("^")[0] ?? "")}</span>;
  }
  if (!/^(https?|mailto):/i.test(target)) return <>{unescape(label ?? target)}</>;
  return (
    <a href={unescape(target)} target="_blank" rel="noreferrer">
      {unescape(label ?? target.replace(/^mailto:/, ""))}
    </a>
  );
}

const before = String.raw`(?<![\p{L}\p{N}])`;
const after = String.raw`(?![\p{L}\p{N}])`;
const span = (mark: string) =>
  String.raw`${before}${mark}(?=[^\s${mark}])[^\n${mark}]*?[^\s${mark}]?${mark}${after}`;
const TOKEN = new RegExp(
  [
    "(?<code>`[^`\\n]+`)",
    "(?<reference><[^<>\\n]+>)",
    `(?<bold>${span("\\*")})`,
    `(?<italic>${span("_")})`,
    `(?<strike>${span("~")})`,
    "(?<emoji>:[a-z0-9_+-]+:)",
  ].join("|"),
  "gu",
);

function inline(text: string, reader: Reader): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const found = match[0];
    const groups = match.groups ?? {};
    const name = found.slice(1, -1);
    if (groups.emoji && !isEmoji(name)) continue;
    if (match.index > end) parts.push(unescape(text.slice(end, match.index)));
    end = match.index + found.length;
    if (groups.code) parts.push(<code>{unescape(name)}</code>);
    else if (groups.reference) parts.push(<Reference inner={name} reader={reader} />);
    else if (groups.bold) parts.push(<b>{inline(name, reader)}</b>);
    else if (groups.italic) parts.push(<i>{inline(name, reader)}</i>);
    else if (groups.strike) parts.push(<s>{inline(name, reader)}</s>);
    else parts.push(<Emoji name={name} />);
  }
  if (end < text.length) parts.push(unescape(text.slice(end)));
  return parts;
}

// Lines, with runs of "> " as quotes.
export function Markup({ text, reader }: { text: string; reader: Reader }) {
  const groups: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quoted = /^(>|&gt;) ?/.test(line);
    const bare = quoted ? line.replace(/^(>|&gt;) ?/, "") : line;
    const last = groups.at(-1);
    if (last && last.quoted === quoted) last.lines.push(bare);
    else groups.push({ quoted, lines: [bare] });
  }
  return (
    <>
      {groups.map(({ quoted, lines }) => {
        const shown = lines.map((line, i) => (
          <>
            {i > 0 && <br />}
            {inline(line, reader)}
          </>
        ));
        return quoted ? <blockquote>{shown}</blockquote> : <span>{shown}</span>;
      })}
    </>
  );
}

// A text object: mrkdwn, or plain text in which only emoji mean something.
export function Words({ text, reader }: { text?: Text; reader: Reader }) {
  if (!text) return null;
  if (text.type === "mrkdwn") return <Markup text={text.text} reader={reader} />;
  return <>{text.text}</>;
}
