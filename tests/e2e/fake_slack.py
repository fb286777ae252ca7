"""A Slack for tests: a real HTTP server with state that enforces Slack's limits and misbehaves on
demand. Time is what the test says it is; nothing sleeps.

    slack = FakeSlack()                       # or: with FakeSlack() as slack:
    slack.start()
    ann = slack.add_person("U1ANN", "ann@corp.com", "Ann")
    ... start the product with SLACK_API_URL=slack.url, SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_SIGNING_SECRET=slack.signing_secret, SLACK_CHANNEL_ID=slack.channel ...
    slack.product_url = "http://127.0.0.1:PORT/slack/events"
    ann.shortcut("request_for_access")
    form = ann.modal()                        # waits until it is there

What people do is in slack_person.py, what Slack refuses in slack_limits.py.
"""

import itertools
import json
import sys
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import slack_limits
from slack_person import Person

START = 1_735_786_800.0  # 2025-01-02T03:00:00Z

WRITES = {"chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.update",
          "views.publish", "conversations.open"}

SCOPES = {"chat.postMessage": "chat:write", "chat.update": "chat:write",
          "chat.postEphemeral": "chat:write", "users.info": "users:read",
          "users.lookupByEmail": "users:read.email", "conversations.members": "channels:read",
          "conversations.info": "channels:read",
          "conversations.history": "channels:history", "conversations.open": "im:write",
          "usergroups.users.list": "usergroups:read"}


class SlackError(Exception):
    """{"ok": false, "error": code}"""

    def __init__(self, code, messages=(), **extra):
        super().__init__(code)
        self.answer = {"ok": False, "error": code, **extra}
        if messages:
            self.answer["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in messages]}


@dataclass
class Fault:
    """How the next `times` calls of `method` ("*": any) go wrong.

    kind: "429", "500" (nothing happened), "500_after" (it happened), "cut" (connection closed,
    nothing happened), "cut_after" (it happened), "error" (code), "hold" (waits for release(), then
    is served), "garbage" (200 with something that is not JSON; it happened).
    """
    method: str
    kind: str
    times: int = 1
    retry_after: int = 1
    code: str = "internal_error"
    released: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)

    def release(self):
        self.released.set()


class Cut(Exception):
    """The connection is closed without an answer."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not issubclass(sys.exc_info()[0], ConnectionError):  # a caller that died says nothing
            super().handle_error(request, client_address)


class FakeSlack:
    def __init__(self, clock=None):
        self.signing_secret = "planted-signing-secret"
        self.bot_token = "xoxb-planted-token"
        self.team_id, self.enterprise_id = "T0FAKE", None
        self.bot_user, self.bot_id, self.app_id = "U0BOT", "B0BOT", "A0APP"
        self.channel = "C0ACCESS"
        self.product_url = None
        self.patience = 30  # seconds for an answer; Slack's own is 3
        self.page_size = 1000  # the most one page holds, whatever is asked for
        self.scopes = {*SCOPES.values(), "commands"}
        self.now = START
        self._clock = clock
        self.users, self.channels, self.user_groups = {}, {}, {}
        self.messages, self.ephemerals, self.views, self.homes = [], [], {}, {}
        self.calls, self.faults = [], []
        self._triggers, self._numbers = {}, itertools.count(1)
        self.changed = threading.Condition(threading.RLock())
        self.users[self.bot_user] = {"id": self.bot_user, "team_id": self.team_id, "is_bot": True,
                                     "name": "elevator", "profile": {}}
        self.add_channel(self.channel)
        self._server = None

    # --- the test's side ---

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one write per answer, sent at once
            disable_nagle_algorithm = True

            def do_POST(self):  # noqa: N802
                fake._serve(self)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/api"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self):
        for fault in self.faults:
            fault.release()
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def time(self):
        return self._clock() if self._clock else self.now

    def advance(self, seconds):
        self.now += seconds

    def add_channel(self, channel_id, bot_is_member=True):
        members = [self.bot_user] if bot_is_member else []
        self.channels[channel_id] = {"id": channel_id, "members": members, "is_archived": False}

    def add_person(self, user_id, email, name, in_channel=True, **flags):
        """flags: is_restricted, is_ultra_restricted, deleted, is_bot, team_id, ..."""
        self.users[user_id] = {"id": user_id, "team_id": self.team_id, "name": name.lower(),
                               "tz": "Europe/Riga", "is_bot": False, "deleted": False,
                               "is_restricted": False, "is_ultra_restricted": False,
                               "profile": {"real_name": name, "email": email}, **flags}
        if in_channel:
            self.channels[self.channel]["members"].append(user_id)
        return Person(self, user_id)

    def fail(self, method, kind, times=1, **more):
        fault = Fault(method, kind, times, **more)
        with self.changed:
            self.faults.append(fault)
        return fault

    def wait_for(self, condition, seconds=15, what="what the test waits for"):
        """The first true value of condition(); it is asked again whenever something changed."""
        with self.changed:
            self.changed.wait_for(condition, timeout=seconds)
            value = condition()
            if not value:
                raise AssertionError(f"{what}: did not happen; calls: "
                                     f"{[c['method'] for c in self.calls][-20:]}")
            return value

    def new_timestamp(self):
        return f"{int(self.time())}.{next(self._numbers):06d}"

    def new_trigger(self, user_id):
        trigger = f"{next(self._numbers)}.{self.team_id}.trigger"
        self._triggers[trigger] = {"user": user_id, "until": self.time() + 3, "used": False}
        return trigger

    def channel_messages(self, channel=None):
        """Messages of a channel that are not in a thread, oldest first."""
        channel = channel or self.channel
        with self.changed:
            return [m for m in self.messages if m["channel"] == channel and "thread_ts" not in m]

    def thread(self, message):
        with self.changed:
            return [m for m in self.messages if m.get("thread_ts") == message["ts"]
                    and m["channel"] == message["channel"]]

    def direct_messages(self, user_id):
        return self.channel_messages("D" + user_id[1:])

    def whispers(self, user_id):
        with self.changed:
            return [m for m in self.ephemerals if m["user"] == user_id]

    def everything_told(self):
        """All that the product wrote into calls: messages, forms, notes."""
        with self.changed:
            return json.dumps([call["arguments"] for call in self.calls]).encode()

    def count_calls(self, method):
        with self.changed:
            return sum(call["method"] == method for call in self.calls)

    def post_as_old_version(self, blocks, text="access request"):
        """A message that the existing product left behind."""
        return self._store_message({"channel": self.channel, "text": text, "blocks": blocks})

    def delete_message(self, message):
        with self.changed:
            self.messages.remove(message)
            self.changed.notify_all()

    # --- the product's side ---

    def _serve(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        method = urllib.parse.urlsplit(handler.path).path.removeprefix("/api/")
        try:
            status, answer, headers = self._answer(method, handler, body)
        except Cut:
            handler.close_connection = True
            return
        payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(payload)))
        handler.end_headers()
        handler.wfile.write(payload)
        handler.wfile.flush()

    def _answer(self, method, handler, body):
        fault = self._take_fault(method)
        if fault and fault.kind == "hold":
            fault.reached.set()
            fault.released.wait(60)
        kind = fault.kind if fault else ""
        if kind == "429":
            return 429, {"ok": False, "error": "ratelimited"}, {
                "Retry-After": str(fault.retry_after)}
        if kind == "500":
            return 500, b"", {}
        if kind == "cut":
            raise Cut
        if kind == "error":
            return 200, {"ok": False, "error": fault.code}, {}
        with self.changed:
            answer = self._call(method, handler, body)
            self.changed.notify_all()
        if kind == "500_after":
            return 500, b"", {}
        if kind == "cut_after":
            raise Cut
        if kind == "garbage":
            return 200, b"<html>oops</html>", {}
        return 200, answer, {}

    def _take_fault(self, method):
        with self.changed:
            for fault in self.faults:
                if fault.method in (method, "*") and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    def _call(self, method, handler, body):
        try:
            arguments = self._arguments(method, handler, body)
            self.calls.append({"method": method, "arguments": arguments, "at": self.time()})
            self._authorise(method, handler)
            api = getattr(self, "_api_" + method.replace(".", "_"), None)
            if api is None:
                raise SlackError("unknown_method")
            return {"ok": True, **api(arguments)}
        except SlackError as error:
            return error.answer

    def _arguments(self, method, handler, body):
        if handler.headers.get("Content-Type", "").startswith("application/json"):
            if method not in WRITES:
                raise SlackError("invalid_form_data")  # methods that read take forms only
            try:
                return json.loads(body)
            except ValueError:
                raise SlackError("invalid_json") from None
        return dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))

    def _authorise(self, method, handler):
        authorization = handler.headers.get("Authorization", "")
        if not authorization:
            raise SlackError("not_authed")
        if authorization != f"Bearer {self.bot_token}":
            raise SlackError("invalid_auth")
        needed = SCOPES.get(method)
        if needed and needed not in self.scopes:
            raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    # --- methods ---

    def _api_auth_test(self, _):
        return {"team": "Fake", "team_id": self.team_id, "user_id": self.bot_user,
                "bot_id": self.bot_id, "url": "https://fake.slack.com/",
                **({"enterprise_id": self.enterprise_id} if self.enterprise_id else {})}

    def _store_message(self, message):
        with self.changed:
            ts = f"{int(self.time())}.{next(self._numbers):06d}"
            stored = {**message, "ts": ts, "user": self.bot_user, "bot_id": self.bot_id,
                      "app_id": self.app_id, "type": "message", "edits": 0}
            self.messages.append(stored)
            self.changed.notify_all()
            return stored

    def _reachable_channel(self, channel_id):
        if channel_id.startswith(("U", "W")):
            user = self.users.get(channel_id)
            if user is None:
                raise SlackError("channel_not_found")
            if user.get("deleted"):
                raise SlackError("user_disabled")
            if user.get("is_bot"):
                raise SlackError("cannot_dm_bot")
            return "D" + channel_id[1:]
        if channel_id.startswith("D"):
            return channel_id
        channel = self.channels.get(channel_id)
        if channel is None:
            raise SlackError("channel_not_found")
        if channel["is_archived"]:
            raise SlackError("is_archived")
        if self.bot_user not in channel["members"]:
            raise SlackError("not_in_channel")
        return channel_id

    @staticmethod
    def _refuse_message(arguments, limit):
        problems = slack_limits.problems_of_message(arguments, limit)
        for code in ("msg_too_long", "no_text", "invalid_metadata_format"):
            if code in problems:
                raise SlackError(code)
        if problems:
            raise SlackError("invalid_blocks", problems)

    def _api_chat_postMessage(self, arguments):  # noqa: N802
        channel = self._reachable_channel(arguments.get("channel", ""))
        self._refuse_message(arguments, slack_limits.POSTED_TEXT)
        message = {"channel": channel, "text": arguments.get("text", "")}
        for name in ("blocks", "metadata", "thread_ts"):
            if name in arguments:
                message[name] = arguments[name]
        if "thread_ts" in message and not self._find_message(channel, message["thread_ts"]):
            raise SlackError("thread_not_found")
        stored = self._store_message(message)
        return {"channel": channel, "ts": stored["ts"], "message": {"text": stored["text"]}}

    def _find_message(self, channel, ts):
        return next((m for m in self.messages if m["channel"] == channel and m["ts"] == ts), None)

    def _api_chat_update(self, arguments):
        message = self._find_message(arguments.get("channel"), arguments.get("ts"))
        if message is None:
            raise SlackError("message_not_found")
        self._refuse_message(arguments, slack_limits.UPDATED_TEXT)
        for name in ("text", "blocks", "metadata"):
            if name in arguments:
                message[name] = arguments[name]
        message["edits"] += 1
        return {"channel": message["channel"], "ts": message["ts"], "text": message["text"]}

    def _api_chat_postEphemeral(self, arguments):  # noqa: N802
        channel = self._reachable_channel(arguments.get("channel", ""))
        self._refuse_message(arguments, slack_limits.POSTED_TEXT)
        if arguments.get("user") not in self.channels.get(channel, {"members": []})["members"]:
            raise SlackError("user_not_in_channel")
        self.ephemerals.append(dict(arguments))
        return {"message_ts": f"{int(self.time())}.{next(self._numbers):06d}"}

    def _api_chat_getPermalink(self, arguments):  # noqa: N802
        if not self._find_message(arguments.get("channel"), arguments.get("message_ts")):
            raise SlackError("message_not_found")
        ts = arguments["message_ts"].replace(".", "")
        return {"permalink": f"https://fake.slack.com/archives/{arguments['channel']}/p{ts}"}

    def _api_users_info(self, arguments):
        user = self.users.get(arguments.get("user"))
        if user is None:
            raise SlackError("user_not_found")
        return {"user": user}

    def _api_users_lookupByEmail(self, arguments):  # noqa: N802
        wanted = arguments.get("email", "").lower()
        for user in self.users.values():
            if user["profile"].get("email", "").lower() == wanted and not user.get("deleted"):
                return {"user": user}
        raise SlackError("users_not_found")

    def _api_conversations_open(self, arguments):
        return {"channel": {"id": self._reachable_channel(arguments.get("users", ""))}}

    def _page(self, items, arguments, name):
        size = min(int(arguments.get("limit") or 100), self.page_size)
        begin = int(arguments.get("cursor") or 0)
        rest = begin + size < len(items)
        return {name: items[begin:begin + size], "has_more": rest,
                "response_metadata": {"next_cursor": str(begin + size) if rest else ""}}

    def _api_conversations_members(self, arguments):
        channel = self.channels.get(arguments.get("channel"))
        if channel is None:
            raise SlackError("channel_not_found")
        return self._page(channel["members"], arguments, "members")

    def _api_conversations_info(self, arguments):
        channel = self.channels.get(arguments.get("channel"))
        if channel is None:
            raise SlackError("channel_not_found")
        return {"channel": {"id": arguments["channel"], "is_channel": True,
                            "is_member": channel.get("has_app", True),
                            "is_archived": channel.get("is_archived", False)}}

    def _api_conversations_history(self, arguments):
        channel = self._reachable_channel(arguments.get("channel", ""))
        oldest = float(arguments.get("oldest") or 0)
        latest = float(arguments.get("latest") or "inf")
        found = []
        for message in reversed(self.channel_messages(channel)):
            if oldest < float(message["ts"]) <= latest:
                shown = {k: v for k, v in message.items() if k not in ("channel", "edits")}
                if arguments.get("include_all_metadata") not in ("true", "1"):
                    shown.pop("metadata", None)
                found.append(shown)
        return self._page(found, arguments, "messages")

    def _api_usergroups_users_list(self, arguments):
        if arguments.get("usergroup") not in self.user_groups:
            raise SlackError("no_such_subteam")
        return {"users": self.user_groups[arguments["usergroup"]]}

    @staticmethod
    def _refuse_view(view):
        if not isinstance(view, dict):
            raise SlackError("invalid_arguments", ["view must be an object"])
        problems = slack_limits.problems_of_view(view)
        if "view_too_large" in problems:
            raise SlackError("view_too_large")
        if problems:
            raise SlackError("invalid_arguments", problems)

    def _api_views_open(self, arguments):
        trigger = self._triggers.get(arguments.get("trigger_id"))
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger["used"]:
            raise SlackError("exchanged_trigger_id")
        if self.time() > trigger["until"]:
            raise SlackError("expired_trigger_id")
        self._refuse_view(arguments.get("view"))
        trigger["used"] = True
        number = next(self._numbers)
        view = {"id": f"V{number:08d}", "user": trigger["user"], "inputs": {}}
        self.views[view["id"]] = view
        return {"view": self.show_view(view, arguments["view"])}

    def show_view(self, view, content):
        """Slack keeps what was typed where block id and action id stay the same."""
        with self.changed:
            view.update(content=content, hash=f"{self.time()}.{next(self._numbers)}")
            kept = {}
            for block in content["blocks"]:
                if block["type"] != "input":
                    continue
                key = (block["block_id"], block["element"]["action_id"])
                initial = (block["element"].get("initial_option")
                           or block["element"].get("initial_value"))
                kept[key] = view["inputs"].get(key) or initial
            view["inputs"] = kept
            self.changed.notify_all()
            return {"id": view["id"], "hash": view["hash"], **content}

    def _api_views_update(self, arguments):
        view = self.views.get(arguments.get("view_id"))
        if view is None:
            raise SlackError("not_found")
        if arguments.get("hash", view["hash"]) != view["hash"]:
            raise SlackError("hash_conflict")
        self._refuse_view(arguments.get("view"))
        return {"view": self.show_view(view, arguments["view"])}

    def _api_views_publish(self, arguments):
        self._refuse_view(arguments.get("view"))
        self.homes[arguments.get("user_id")] = arguments["view"]
        return {"view": {"id": "V0HOME", "hash": "0"}}


if __name__ == "__main__":
    server = FakeSlack().start()
    print(f"listening on {server.url}", flush=True)
    threading.Event().wait()
