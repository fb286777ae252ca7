// What the sandbox process says and takes: one snapshot of everything, and what a person does.

export interface Text {
  type: "mrkdwn" | "plain_text";
  text: string;
}

export interface Option {
  text: Text;
  value: string;
  description?: Text;
}

export interface OptionGroup {
  label: Text;
  options: Option[];
}

export interface Element {
  type: string;
  action_id?: string;
  text?: Text | string;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
  placeholder?: Text;
  options?: Option[];
  option_groups?: OptionGroup[];
  initial_option?: Option;
  initial_value?: string;
  initial_date_time?: number;
  min_query_length?: number;
  multiline?: boolean;
  max_length?: number;
  dispatch_action_config?: { trigger_actions_on?: string[] };
}

export interface Block {
  type: string;
  block_id?: string;
  text?: Text;
  fields?: Text[];
  elements?: Element[];
  element?: Element;
  accessory?: Element;
  label?: Text;
  hint?: Text;
  optional?: boolean;
  dispatch_action?: boolean;
}

export interface View {
  id: string;
  hash?: string;
  type: "modal" | "home";
  callback_id?: string;
  title?: Text;
  submit?: Text;
  close?: Text;
  blocks: Block[];
}

export interface Message {
  ts: string;
  user: string;
  name?: string;
  is_app?: boolean;
  text: string;
  blocks?: Block[];
  edited?: boolean;
  thread?: Message[];
  channel?: string;
}

export interface Persona {
  id: string;
  name: string;
  role: string;
  email: string;
  time_zone: string;
}

export interface Assignment {
  account_id: string;
  account_name: string;
  permission_set: string;
  user_id: string;
  user_name: string;
  created_at: string;
  ends_at: string | null;
}

export interface Membership {
  group_id: string;
  group_name: string;
  user_id: string;
  user_name: string;
  created_at: string;
  ends_at: string | null;
}

export interface Operation {
  id: string;
  kind: "create" | "delete";
  status: "IN_PROGRESS" | "SUCCEEDED" | "FAILED";
  account_name: string;
  permission_set: string;
  user_name: string;
  at: string;
}

// An audit entry as it was written (docs/formats/audit.md), and `key`, the file it lies in.
export interface AuditEntry {
  key: string;
  operation_type: string;
  event_id: string;
  elevator_request_id: string;
  sequence: number;
  timestamp: number;
  deadline: string;
  previous_hash: string;
  hash: string;
  [field: string]: unknown;
}

export type Fault = "aws_throttles" | "slack_down";

export interface Snapshot {
  now: string;
  personas: Persona[];
  program: { state: "running" | "dead" | "starting"; restarts: number; log: string[] };
  faults: Record<Fault, boolean>;
  next_deadline: string | null;
  slack: {
    team: string;
    app: {
      name: string;
      shortcuts: { callback_id: string; name: string }[];
      commands: string[];
    };
    channels: { id: string; name: string; messages: Message[] }[];
    direct: Record<string, Message[]>;
    views: Record<string, View | null>;
    home: Record<string, View | null>;
    ephemeral: Record<string, Message[]>;
  };
  aws: {
    accounts: { id: string; name: string; ou?: string }[];
    assignments: Assignment[];
    memberships: Membership[];
    operations: Operation[];
  };
  audit: AuditEntry[];
}

// {block_id: {action_id: {type, ...}}}, as Slack sends it.
export type ElementState = { type: string; [field: string]: unknown };
export type FormState = Record<string, Record<string, ElementState>>;

export type Container = { channel: string; ts: string } | { view_id: string };

export type Act =
  | { kind: "command"; text: string }
  | { kind: "shortcut"; callback_id: string }
  | {
      kind: "click";
      container: Container;
      block_id: string;
      action: Element;
      value?: unknown;
      selected_option?: Option | null;
      state: FormState;
    }
  | { kind: "options"; view_id: string; block_id: string; action_id: string; query: string }
  | { kind: "submit"; view_id: string; state: FormState }
  | { kind: "close"; view_id: string }
  | { kind: "home" };

export interface Answer {
  ok: boolean;
  error?: string;
  errors?: Record<string, string>;
  options?: Option[];
  option_groups?: OptionGroup[];
}
