// A person's square with initials, or the app's mark.
export const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((word) => word[0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();

// Far apart for neighbouring letters.
const hue = (name: string) => ((name.codePointAt(0) ?? 0) * 67) % 360;

export function Avatar(props: { name: string; app?: boolean; small?: boolean }) {
  const size = props.small ? " avatar-small" : "";
  if (props.app) return <span class={`app-mark${props.small ? " app-mark-small" : ""}`} />;
  return (
    <span class={`avatar${size}`} style={{ "--hue": hue(props.name) }} aria-hidden="true">
      {initials(props.name)}
    </span>
  );
}
