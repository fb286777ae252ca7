// The emoji that the program uses, drawn here: no font, no picture from elsewhere, and the same on
// every machine.
import type { ComponentChildren } from "preact";

const disc = (fill: string, stroke: string) => (
  <circle cx="10" cy="10" r="7.5" fill={fill} stroke={stroke} stroke-width="1" />
);

const PICTURES: Record<string, ComponentChildren> = {
  large_green_circle: disc("#2eb67d", "#1f9563"),
  large_yellow_circle: disc("#ecb22e", "#c98f0c"),
  red_circle: disc("#e0334f", "#b81f39"),
  large_blue_circle: disc("#36a3eb", "#1f83c6"),
  white_circle: disc("#e6e6ea", "#a9a9b3"),
  white_check_mark: (
    <>
      <rect x="2.5" y="2.5" width="15" height="15" rx="3" fill="#2eb67d" />
      <path d="M6 10.3l2.8 2.8L14.2 7.5" fill="none" stroke="#fff" stroke-width="2" />
    </>
  ),
  x: <path d="M5 5l10 10M15 5L5 15" stroke="#e0334f" stroke-width="3" stroke-linecap="round" />,
  warning: (
    <>
      <path d="M10 2.5L18.5 17h-17z" fill="#ecb22e" stroke="#c98f0c" stroke-linejoin="round" />
      <path d="M10 7.5v4.5" stroke="#3b2a00" stroke-width="1.8" stroke-linecap="round" />
      <circle cx="10" cy="14.6" r="1.1" fill="#3b2a00" />
    </>
  ),
  rotating_light: (
    <>
      <path d="M5.5 14v-3.5a4.5 4.5 0 0 1 9 0V14z" fill="#e0334f" />
      <rect x="3.5" y="14" width="13" height="3" rx="1" fill="#8a8a95" />
      <path d="M10 1.5v2M3 4.5l1.5 1.3M17 4.5l-1.5 1.3" stroke="#e0334f"
        stroke-width="1.5" stroke-linecap="round" />
    </>
  ),
  hourglass_flowing_sand: (
    <>
      <path d="M5.5 3.5h9c0 3.5-3 4.5-3 6.5s3 3 3 6.5h-9c0-3.5 3-4.5 3-6.5s-3-3-3-6.5z"
        fill="#f3d9a0" stroke="#a57a2b" />
      <path d="M4.5 3h11M4.5 17h11" stroke="#a57a2b" stroke-width="1.8" />
    </>
  ),
};

export const isEmoji = (name: string) => name in PICTURES;

export function Emoji({ name }: { name: string }) {
  return (
    <svg class="emoji" viewBox="0 0 20 20" role="img" aria-label={name.replaceAll("_", " ")}>
      {PICTURES[name]}
    </svg>
  );
}
