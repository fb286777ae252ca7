// Times as people read them, in the time zone of the person on the page.

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = zone + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
    formats.set(key, found);
  }
  return found.format(at);
}

export const clock = (zone: string, at: number) =>
  format(zone, { hour: "2-digit", minute: "2-digit" }, at);
export const clockWithSeconds = (zone: string, at: number) =>
  format(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }, at);
export const longDay = (zone: string, at: number) =>
  format(zone, { weekday: "long", day: "numeric", month: "long" }, at);
export const shortDay = (zone: string, at: number) =>
  format(zone, { weekday: "short", day: "numeric", month: "short" }, at);

const dayKey = (zone: string, at: number) =>
  format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }, at);
export const sameDay = (zone: string, a: number, b: number) => dayKey(zone, a) === dayKey(zone, b);

// "Today", "Yesterday", "Tomorrow", or the day.
export function day(zone: string, at: number, now: number): string {
  if (sameDay(zone, at, now)) return "Today";
  if (sameDay(zone, at, now - DAY)) return "Yesterday";
  if (sameDay(zone, at, now + DAY)) return "Tomorrow";
  return longDay(zone, at);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (number: number) => String(number).padStart(2, "0");

// "59:12", "1:59:12", "2 d 04:00": what is left, never negative.
export function countdown(milliseconds: number): string {
  const left = Math.max(0, Math.ceil(milliseconds / SECOND)) * SECOND;
  const hours = Math.floor(left / HOUR);
  const minutes = Math.floor((left % HOUR) / MINUTE);
  const seconds = Math.floor((left % MINUTE) / SECOND);
  if (left >= DAY) return `${Math.floor(left / DAY)} d ${two(hours % 24)}:${two(minutes)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

// "1 h 30 min", for a duration that was asked for.
export function duration(milliseconds: number): string {
  const parts: string[] = [];
  const days = Math.floor(milliseconds / DAY);
  const hours = Math.floor((milliseconds % DAY) / HOUR);
  const minutes = Math.floor((milliseconds % HOUR) / MINUTE);
  if (days) parts.push(`${days}\u00a0d`);
  if (hours) parts.push(`${hours}\u00a0h`);
  if (minutes) parts.push(`${minutes}\u00a0min`);
  return parts.join(" ") || `${Math.max(0, Math.round(milliseconds / SECOND))}\u00a0s`;
}

// What is added to UTC in `zone` at that moment, in milliseconds.
function offset(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const local = Date.UTC(
    part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"),
  );
  return local - Math.floor(at / SECOND) * SECOND;
}

// The value of <input type="datetime-local"> for a moment, and back.
export function toLocalInput(zone: string, at: number): string {
  return new Date(at + offset(zone, at)).toISOString().slice(0, 16);
}
export function fromLocalInput(zone: string, value: string): number | null {
  const wall = Date.parse(`${value}:00Z`);
  if (Number.isNaN(wall)) return null;
  // Twice: the first guess may lie on the other side of a change of the clocks.
  const guess = wall - offset(zone, wall);
  return wall - offset(zone, guess);
}
