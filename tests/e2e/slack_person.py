"""A person using the fake Slack: opens forms, types, chooses, submits, clicks. Everything is signed
and delivered to the product as Slack would; what Slack's client would not let a person do raises.
"""

import copy
import hashlib
import hmac
import http.client
import json
import urllib.parse
from dataclasses import dataclass

import slack_limits


@dataclass
class Answer:
    status: int
    body: bytes

    def json(self):
        return json.loads(self.body) if self.body else {}


class Delivery:
    """Bytes that Slack sends to the product; can be sent twice, late or forged."""

    def __init__(self, slack, form=None, json_body=None):
        self.slack = slack
        if json_body is None:
            self.body = urllib.parse.urlencode(form).encode()
            self.content_type = "application/x-www-form-urlencoded"
        else:
            self.body = json.dumps(json_body).encode()
            self.content_type = "application/json"
        self.signed_at = int(slack.time())

    def headers(self, secret=None):
        base = f"v0:{self.signed_at}:".encode() + self.body
        key = (secret or self.slack.signing_secret).encode()
        return {"Content-Type": self.content_type,
                "X-Slack-Request-Timestamp": str(self.signed_at),
                "X-Slack-Signature": "v0=" + hmac.new(key, base, hashlib.sha256).hexdigest()}

    def send(self, again=False, secret=None, headers=None):
        """again: as Slack repeats a delivery, signed anew with its retry headers."""
        if again:
            self.signed_at = int(self.slack.time())
        sent = self.headers(secret) if headers is None else headers
        if again:
            sent |= {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
        url = urllib.parse.urlsplit(self.slack.product_url)
        connection = http.client.HTTPConnection(url.hostname, url.port,
                                                timeout=self.slack.patience)
        try:
            connection.request("POST", url.path, self.body, sent)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        finally:
            connection.close()


class Person:
    def __init__(self, slack, user_id):
        self.slack = slack
        self.id = user_id
        self._offered = {}

    # --- what starts something ---

    def _payload(self, kind, trigger=True, **fields):
        user = self.slack.users[self.id]
        team = {"id": self.slack.team_id, "domain": "fake"}
        if self.slack.enterprise_id:
            team["enterprise_id"] = self.slack.enterprise_id
        payload = {"type": kind, "user": {"id": self.id, "name": user["name"],
                                          "team_id": user["team_id"]},
                   "team": team, "api_app_id": self.slack.app_id, "token": "deprecated",
                   "is_enterprise_install": False, **fields}
        if trigger:
            payload["trigger_id"] = self.slack.new_trigger(self.id)
        return payload

    def deliver(self, payload):
        return Delivery(self.slack, form={"payload": json.dumps(payload)})

    def shortcut(self, callback_id="request_for_access"):
        return self._accepted(self.deliver(self._payload("shortcut", callback_id=callback_id)))

    def prepare_command(self, command="/access", text=""):
        return Delivery(self.slack, form={
            "command": command, "text": text, "user_id": self.id, "team_id": self.slack.team_id,
            "channel_id": self.slack.channel, "trigger_id": self.slack.new_trigger(self.id),
            "response_url": "http://127.0.0.1:1/unused", "api_app_id": self.slack.app_id})

    def command(self, command="/access", text=""):
        return self._accepted(self.prepare_command(command, text))

    def open_home(self):
        return self._accepted(Delivery(self.slack, json_body={
            "type": "event_callback", "team_id": self.slack.team_id, "event_id": "Ev1",
            "event": {"type": "app_home_opened", "user": self.id, "tab": "home"}}))

    @staticmethod
    def _accepted(delivery):
        answer = delivery.send()
        assert answer.status == 200, (answer.status, answer.body)
        return answer

    # --- the open modal ---

    def _my_views(self):
        return [v for v in self.slack.views.values() if v["user"] == self.id]

    def modal(self, ready=lambda content: True):
        """The modal on this person's screen, once there is one that is `ready`."""
        def find():
            views = self._my_views()
            return views[-1]["content"] if views and ready(views[-1]["content"]) else None
        return self.slack.wait_for(find, what="a modal")

    def form(self):
        """The modal once it has inputs."""
        return self.modal(lambda c: any(b["type"] == "input" for b in c["blocks"]))

    def has_modal(self):
        with self.slack.changed:
            return bool(self._my_views())

    def close_modal(self):
        with self.slack.changed:
            for view in self._my_views():
                del self.slack.views[view["id"]]

    def _view(self):
        self.form()
        return self._my_views()[-1]

    @staticmethod
    def _is(block_id, name):
        return block_id == name or block_id.startswith(name + ":")

    def _input(self, name):
        def find():
            for view in self._my_views()[-1:]:
                for block in view["content"]["blocks"]:
                    if block["type"] == "input" and self._is(block["block_id"], name):
                        return view, block
            return None
        return self.slack.wait_for(find, what=f"the input {name}")

    def _shown_view(self, view, with_state=True):
        shown = {"id": view["id"], "hash": view["hash"], "team_id": self.slack.team_id,
                 "private_metadata": "", **copy.deepcopy(view["content"])}
        if with_state:
            values = {}
            for (block_id, action_id), value in view["inputs"].items():
                element = next(b["element"] for b in view["content"]["blocks"]
                               if b.get("block_id") == block_id)
                name = {"plain_text_input": "value",
                        "datetimepicker": "selected_date_time"}.get(element["type"],
                                                                    "selected_option")
                values.setdefault(block_id, {})[action_id] = {"type": element["type"],
                                                              name: value}
            shown["state"] = {"values": values}
        return shown

    def type_ahead(self, name, query=""):
        """What Slack shows below a menu with options from the product."""
        view, block = self._input(name)
        element = block["element"]
        assert element["type"] == "external_select", element["type"]
        assert len(query) >= element.get("min_query_length", 3), "the query is too short"
        answer = self._accepted(self.deliver(self._payload(
            "block_suggestion", trigger=False, action_id=element["action_id"],
            block_id=block["block_id"], value=query,
            container={"type": "view", "view_id": view["id"]},
            view=self._shown_view(view, with_state=False)))).json()
        problems = slack_limits.problems_of_options(answer)
        assert not problems, problems
        options = [o for g in answer.get("option_groups", [answer]) for o in g["options"]]
        self._offered[element["action_id"]] = options
        return options

    def options(self, name):
        """What a menu offers without typing."""
        element = self._input(name)[1]["element"]
        if element["type"] == "external_select":
            return self._offered.get(element["action_id"]) or self.type_ahead(name)
        groups = element.get("option_groups", [element])
        return [option for group in groups for option in group["options"]]

    def choose(self, name, value, query=None):
        """Chooses by value, or by the text of the option."""
        if query is not None:
            self.type_ahead(name, query)
        fits = [o for o in self.options(name) if value in (o["value"], o["text"]["text"])]
        assert fits, f"{name} does not offer {value}"
        return self._set(name, fits[0])

    def enter(self, name, text):
        element = self._input(name)[1]["element"]
        assert slack_limits.length(text) <= element.get("max_length", 3000), "too long to type"
        return self._set(name, text, dispatch=False)

    def pick_time(self, name, unix_seconds):
        assert self._input(name)[1]["element"]["type"] == "datetimepicker"
        return self._set(name, unix_seconds)

    def press_enter(self, name):
        view, block = self._input(name)
        return self._set(name, view["inputs"][block["block_id"], block["element"]["action_id"]])

    def _set(self, name, value, dispatch=True):
        view, block = self._input(name)
        element = block["element"]
        with self.slack.changed:
            view["inputs"][block["block_id"], element["action_id"]] = value
        if not (dispatch and block.get("dispatch_action")):
            return None
        action = {"action_id": element["action_id"], "block_id": block["block_id"],
                  "type": element["type"], "action_ts": self.slack.new_timestamp()}
        action["selected_option" if isinstance(value, dict) else "value"] = value
        return self._accepted(self.deliver(self._payload(
            "block_actions", actions=[action], view=self._shown_view(view),
            container={"type": "view", "view_id": view["id"]})))

    def prepare_submit(self):
        view = self._view()
        assert "submit" in view["content"], "this modal cannot be submitted"
        for block in view["content"]["blocks"]:
            if block["type"] == "input" and not block.get("optional"):
                key = (block["block_id"], block["element"]["action_id"])
                assert view["inputs"].get(key), f"Slack wants a value for {block['block_id']}"
        return self.deliver(self._payload("view_submission", view=self._shown_view(view)))

    def submit(self):
        """{} when accepted, else the errors by block id, as shown below the inputs."""
        view = self._view()
        return self.take_answer(view, self._accepted(self.prepare_submit()))

    def take_answer(self, view, answer):
        """What Slack's client does with the answer to a submission."""
        result = answer.json()
        action = result.get("response_action")
        if action == "errors":
            inputs = {b.get("block_id") for b in view["content"]["blocks"] if b["type"] == "input"}
            assert result["errors"] and set(result["errors"]) <= inputs, result
            return result["errors"]
        if action == "update":
            problems = slack_limits.problems_of_view(result["view"])
            assert not problems, problems
            self.slack.show_view(view, result["view"])
            return {}
        assert action in (None, "clear"), result
        with self.slack.changed:
            self.slack.views.pop(view["id"], None)
        return {}

    # --- messages ---

    @staticmethod
    def buttons(message):
        return {e["action_id"]: e for b in message.get("blocks", []) if b["type"] == "actions"
                for e in b["elements"]}

    def prepare_click(self, message, action_id, even_if_gone=False):
        """even_if_gone: with the message as this person saw it before it was edited."""
        with self.slack.changed:
            now = next((m for m in self.slack.messages if m["ts"] == message["ts"]
                        and m["channel"] == message["channel"]), None)
            seen = message if even_if_gone or now is None else now
            button = self.buttons(seen).get(action_id)
            assert button, f"no button {action_id}: {list(self.buttons(seen))}"
            seen = copy.deepcopy(seen)
        block = next(b for b in seen["blocks"] if b["type"] == "actions")
        action = {"type": "button", "action_id": action_id, "text": button["text"],
                  "block_id": block.get("block_id", "x1"), "action_ts": str(self.slack.time())}
        if "value" in button:
            action["value"] = button["value"]
        channel = seen.pop("channel")
        return self.deliver(self._payload(
            "block_actions", channel={"id": channel, "name": "x"}, message=seen, actions=[action],
            container={"type": "message", "message_ts": seen["ts"], "channel_id": channel}))

    def click(self, message, action_id):
        return self._accepted(self.prepare_click(message, action_id))
