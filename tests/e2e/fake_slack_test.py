"""The fake Slack refuses what Slack refuses: its own tests, against a tiny product."""

import http.client
import http.server
import json
import threading
import unittest
import urllib.parse

import slack_limits
from fake_slack import FakeSlack


def plain(text):
    return {"type": "plain_text", "text": text}


def option(text, value=None):
    return {"text": plain(text), "value": value or text}


def section(text="x", **more):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def select(block_id="menu", options=None, **element):
    return {"type": "input", "block_id": block_id, "label": plain("Menu"), "dispatch_action": True,
            "element": {"type": "static_select", "action_id": "choose",
                        "options": options or [option("a"), option("b")], **element}}


def text_input(**element):
    return {"type": "input", "block_id": "reason", "label": plain("Reason"),
            "element": {"type": "plain_text_input", "action_id": "typed", **element}}


def modal(*blocks, **more):
    return {"type": "modal", "title": plain("T"), "submit": plain("Go"), "callback_id": "cb",
            "blocks": list(blocks) or [section()], **more}


class FakeSlackTest(unittest.TestCase):
    def setUp(self):
        self.slack = FakeSlack().start()
        self.addCleanup(self.slack.stop)
        self.ann = self.slack.add_person("U1ANN", "ann@corp.com", "Ann")

    def raw(self, method, body, headers):
        url = urllib.parse.urlsplit(self.slack.url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
        try:
            connection.request("POST", f"/api/{method}", body, headers)
            response = connection.getresponse()
            return response.status, response.read(), dict(response.getheaders())
        finally:
            connection.close()

    def write(self, method, token=None, **arguments):
        headers = {"Authorization": f"Bearer {token or self.slack.bot_token}",
                   "Content-Type": "application/json"}
        return json.loads(self.raw(method, json.dumps(arguments), headers)[1])

    def read(self, method, **arguments):
        headers = {"Authorization": f"Bearer {self.slack.bot_token}",
                   "Content-Type": "application/x-www-form-urlencoded"}
        return json.loads(self.raw(method, urllib.parse.urlencode(arguments), headers)[1])

    def post(self, **arguments):
        return self.write("chat.postMessage", **{"channel": self.slack.channel, **arguments})

    def open(self, view):
        return self.write("views.open", trigger_id=self.slack.new_trigger("U1ANN"), view=view)


class Access(FakeSlackTest):
    def test_token_and_scope_are_needed(self):
        self.assertEqual("invalid_auth", self.write("chat.postMessage", token="x")["error"])
        self.assertIn(b"not_authed", self.raw("auth.test", b"", {})[1])
        self.slack.scopes.remove("users:read")
        answer = self.read("users.info", user="U1ANN")
        self.assertEqual(("missing_scope", "users:read"), (answer["error"], answer["needed"]))

    def test_reading_methods_take_forms_only(self):
        self.assertFalse(self.write("users.info", user="U1ANN")["ok"])
        self.assertEqual("Ann", self.read("users.info", user="U1ANN")["user"]["profile"][
            "real_name"])

    def test_people_by_email(self):
        self.assertTrue(self.read("users.lookupByEmail", email="ANN@corp.com")["ok"])
        self.slack.users["U1ANN"]["deleted"] = True
        self.assertEqual("users_not_found",
                         self.read("users.lookupByEmail", email="ann@corp.com")["error"])


class Messages(FakeSlackTest):
    def test_limits(self):
        fields = [{"type": "mrkdwn", "text": "f"}]
        bad = [
            {"text": "x" * 40_001}, {"text": ""}, {"text": "t", "blocks": [section()] * 51},
            {"text": "t", "blocks": [section("x" * 3001)]},
            {"text": "t", "blocks": [section("😀" * 1501)]},
            {"text": "t", "blocks": [{"type": "section", "fields": fields * 11}]},
            {"text": "t", "blocks": [{"type": "section",
                                      "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}]},
            {"text": "t", "blocks": [section(block_id="a"), section(block_id="a")]},
            {"text": "t", "blocks": [section(block_id="a" * 256)]},
            {"text": "t", "blocks": [text_input()]},
            {"text": "t", "blocks": []},
            {"text": "t", "metadata": {"event_type": "x"}},
        ]
        for element in ({"action_id": "a" * 256}, {"text": plain("x" * 76)}, {"style": "green"},
                        {"value": "x" * 2001}, {"text": {"type": "mrkdwn", "text": "x"}}):
            button = {"type": "button", "action_id": "a", "text": plain("x"), **element}
            bad.append({"text": "t", "blocks": [{"type": "actions", "elements": [button]}]})
        for arguments in bad:
            self.assertFalse(self.post(**arguments)["ok"], arguments)
        self.assertEqual([], self.slack.messages)
        self.assertTrue(self.post(text="x" * 40_000, blocks=[section("x" * 3000)] * 50)["ok"])

    def test_update_takes_less_text_and_its_own_messages_only(self):
        ts = self.post(text="one")["ts"]
        channel = self.slack.channel
        self.assertEqual("msg_too_long", self.write("chat.update", channel=channel, ts=ts,
                                                    text="x" * 4001)["error"])
        self.assertTrue(self.write("chat.update", channel=channel, ts=ts, text="two")["ok"])
        self.assertEqual("two", self.slack.channel_messages()[0]["text"])
        self.assertEqual("message_not_found", self.write("chat.update", channel=channel, ts="1",
                                                         text="x")["error"])

    def test_channels_threads_direct_messages(self):
        self.slack.add_channel("C9", bot_is_member=False)
        self.assertEqual("not_in_channel", self.post(channel="C9", text="x")["error"])
        self.assertEqual("channel_not_found", self.post(channel="C8", text="x")["error"])
        self.assertEqual("thread_not_found", self.post(text="x", thread_ts="1.1")["error"])
        ts = self.post(text="x")["ts"]
        self.assertTrue(self.post(text="y", thread_ts=ts)["ok"])
        self.assertEqual(["y"], [m["text"] for m in
                                 self.slack.thread(self.slack.channel_messages()[0])])
        self.assertTrue(self.post(channel="U1ANN", text="hello")["ok"])
        self.assertEqual("hello", self.slack.direct_messages("U1ANN")[0]["text"])

    def test_ephemeral_needs_a_member(self):
        self.slack.add_person("U2", "b@corp.com", "Bob", in_channel=False)
        send = {"channel": self.slack.channel, "text": "psst"}
        self.assertTrue(self.write("chat.postEphemeral", user="U1ANN", **send)["ok"])
        self.assertEqual("user_not_in_channel",
                         self.write("chat.postEphemeral", user="U2", **send)["error"])

    def test_history_is_paged_newest_first_with_metadata_on_request(self):
        self.slack.page_size = 2
        for i in range(3):
            self.post(text=str(i), metadata={"event_type": "e", "event_payload": {"i": i}})
        first = self.read("conversations.history", channel=self.slack.channel, limit=100,
                          include_all_metadata="true")
        self.assertEqual(["2", "1"], [m["text"] for m in first["messages"]])
        self.assertEqual(2, first["messages"][0]["metadata"]["event_payload"]["i"])
        second = self.read("conversations.history", channel=self.slack.channel,
                           cursor=first["response_metadata"]["next_cursor"])
        self.assertEqual(["0"], [m["text"] for m in second["messages"]])
        self.assertNotIn("metadata", second["messages"][0])
        self.assertEqual("", second["response_metadata"]["next_cursor"])


class Views(FakeSlackTest):
    def test_limits(self):
        many = [option(str(i)) for i in range(101)]
        groups = [{"label": plain("g"), "options": many[:100]}]
        bad = [
            modal(*[section()] * 101), modal(title=plain("x" * 25)),
            modal(private_metadata="x" * 3001),
            modal(select(options=many)), modal(select(options=[option("x" * 76, "v")])),
            modal(select(options=[option("x", "v" * 151)])),
            modal(select(option_groups=groups)),
            modal(select(initial_option=option("z"))),
            modal(text_input(max_length=3001)), modal(text_input(max_length=1, initial_value="ab")),
            modal(*[section("x" * 3000)] * 90),
        ]
        without_submit = modal(text_input())
        del without_submit["submit"]
        too_many = select(option_groups=groups * 101)
        del too_many["element"]["options"]
        for view in [*bad, without_submit, modal(too_many)]:
            self.assertFalse(self.open(view)["ok"], str(view)[:200])
        enough = select(option_groups=groups * 20)
        del enough["element"]["options"]
        self.assertTrue(self.open(modal(enough))["ok"])

    def test_trigger_is_valid_once_and_for_three_seconds(self):
        trigger = self.slack.new_trigger("U1ANN")
        self.slack.advance(3)
        self.assertTrue(self.write("views.open", trigger_id=trigger, view=modal())["ok"])
        self.assertEqual("exchanged_trigger_id", self.write("views.open", trigger_id=trigger,
                                                            view=modal())["error"])
        late = self.slack.new_trigger("U1ANN")
        self.slack.advance(3.1)
        self.assertEqual("expired_trigger_id", self.write("views.open", trigger_id=late,
                                                          view=modal())["error"])
        self.assertEqual("invalid_trigger_id", self.write("views.open", trigger_id="x",
                                                          view=modal())["error"])

    def test_a_refused_view_does_not_use_up_its_trigger(self):
        trigger = self.slack.new_trigger("U1ANN")
        self.assertFalse(self.write("views.open", trigger_id=trigger, view={"type": "modal"})["ok"])
        self.assertTrue(self.write("views.open", trigger_id=trigger, view=modal())["ok"])

    def test_update_with_an_old_hash_conflicts(self):
        view = self.open(modal())["view"]
        again = {"view_id": view["id"], "hash": view["hash"], "view": modal()}
        self.assertTrue(self.write("views.update", **again)["ok"])
        self.assertEqual("hash_conflict", self.write("views.update", **again)["error"])
        gone = self.write("views.update", view_id="V", view=modal())
        self.assertEqual("not_found", gone["error"])

    def test_inputs_survive_an_update_where_their_ids_stay(self):
        view = self.open(modal(select(), text_input()))["view"]
        self.ann.enter("reason", "because")
        self.write("views.update", view_id=view["id"], view=modal(select("menu:2"), text_input()))
        inputs = self.slack.views[view["id"]]["inputs"]
        self.assertEqual("because", inputs["reason", "typed"])
        self.assertIsNone(inputs["menu:2", "choose"])


class Faults(FakeSlackTest):
    HEADERS = {"Content-Type": "application/json"}

    def body(self):
        return json.dumps({"channel": self.slack.channel, "text": "x"})

    def headers(self):
        return {**self.HEADERS, "Authorization": f"Bearer {self.slack.bot_token}"}

    def test_each_kind(self):
        expected = [("429", 429, 0), ("500", 500, 0), ("500_after", 500, 1), ("garbage", 200, 1)]
        for kind, status, applied in expected:
            before = len(self.slack.messages)
            self.slack.fail("chat.postMessage", kind, retry_after=9)
            answer = self.raw("chat.postMessage", self.body(), self.headers())
            self.assertEqual(status, answer[0], kind)
            self.assertEqual(applied, len(self.slack.messages) - before, kind)
            if kind == "429":
                self.assertEqual("9", answer[2]["Retry-After"])
        self.slack.fail("*", "error", code="fatal_error")
        self.assertEqual("fatal_error", self.post(text="x")["error"])
        self.assertTrue(self.post(text="x")["ok"])

    def test_cut_before_and_after(self):
        for kind, applied in (("cut", 0), ("cut_after", 1)):
            before = len(self.slack.messages)
            self.slack.fail("chat.postMessage", kind)
            with self.assertRaises((http.client.HTTPException, ConnectionError)):
                self.raw("chat.postMessage", self.body(), self.headers())
            self.assertEqual(applied, len(self.slack.messages) - before, kind)

    def test_hold_waits_for_the_test(self):
        fault = self.slack.fail("chat.postMessage", "hold")
        thread = threading.Thread(target=lambda: self.post(text="late"))
        thread.start()
        self.assertTrue(fault.reached.wait(10))
        self.post(text="early")
        fault.release()
        thread.join(10)
        self.assertEqual(["early", "late"], [m["text"] for m in self.slack.messages])


class TinyProduct:
    """Remembers what Slack sent, answers what the test says."""

    def __init__(self):
        product = self
        self.got, self.answers = [], []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                product.got.append((dict(self.headers), body))
                answer = product.answers.pop(0) if product.answers else b""
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/slack/events"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def payload(self, index=-1):
        return json.loads(dict(urllib.parse.parse_qsl(self.got[index][1].decode()))["payload"])

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class People(FakeSlackTest):
    def setUp(self):
        super().setUp()
        self.product = TinyProduct()
        self.addCleanup(self.product.stop)
        self.slack.product_url = self.product.url

    def test_deliveries_are_signed_and_can_be_repeated(self):
        delivery = self.ann.prepare_command("/access", "prod")
        delivery.send()
        self.slack.advance(60)
        delivery.send(again=True)
        first, second = self.product.got
        self.assertEqual(first[1], second[1])
        self.assertRegex(first[0]["X-Slack-Signature"], "^v0=[0-9a-f]{64}$")
        self.assertNotEqual(first[0]["X-Slack-Signature"], second[0]["X-Slack-Signature"])
        self.assertEqual("1", second[0]["X-Slack-Retry-Num"])

    def test_suggestion_has_no_state_and_its_limits_hold(self):
        menu = select()
        menu["element"] = {"type": "external_select", "action_id": "choose", "min_query_length": 0}
        self.open(modal(menu))
        self.product.answers = [json.dumps({"options": [option("a")]}).encode()]
        self.assertEqual("a", self.ann.type_ahead("menu")[0]["value"])
        payload = self.product.payload()
        self.assertEqual("block_suggestion", payload["type"])
        self.assertNotIn("state", payload["view"])
        many = {"options": [option(str(i)) for i in range(101)]}
        for bad in (many, {"options": [option("x" * 76)]}, {}):
            self.product.answers = [json.dumps(bad).encode()]
            with self.assertRaises(AssertionError):
                self.ann.type_ahead("menu", "q")
        self.assertTrue(slack_limits.problems_of_options(many))

    def test_choice_is_dispatched_with_the_state(self):
        self.open(modal(select(), text_input()))
        self.ann.enter("reason", "because")
        self.assertEqual([], self.product.got)
        self.ann.choose("menu", "b")
        payload = self.product.payload()
        self.assertEqual("b", payload["actions"][0]["selected_option"]["value"])
        self.assertEqual("because",
                         payload["view"]["state"]["values"]["reason"]["typed"]["value"])
        with self.assertRaises(AssertionError):
            self.ann.choose("menu", "not offered")

    def test_submission_shows_errors_or_closes(self):
        self.open(modal(text_input()))
        with self.assertRaises(AssertionError):
            self.ann.submit()
        self.ann.enter("reason", "x")
        self.product.answers = [json.dumps({"response_action": "errors",
                                            "errors": {"reason": "longer"}}).encode()]
        self.assertEqual({"reason": "longer"}, self.ann.submit())
        self.assertEqual({}, self.ann.submit())
        self.assertFalse(self.ann.has_modal())

    def test_click_carries_the_message(self):
        button = {"type": "button", "action_id": "approve", "value": "id:1", "text": plain("Ok")}
        self.post(text="x", blocks=[{"type": "actions", "elements": [button]}])
        message = self.slack.channel_messages()[0]
        self.ann.click(message, "approve")
        payload = self.product.payload()
        self.assertEqual("id:1", payload["actions"][0]["value"])
        self.assertEqual(message["ts"], payload["message"]["ts"])
        with self.assertRaises(AssertionError):
            self.ann.click(message, "discard")
        seen = dict(message)
        self.write("chat.update", channel=self.slack.channel, ts=message["ts"], text="done",
                   blocks=[section()])
        with self.assertRaises(AssertionError):
            self.ann.prepare_click(seen, "approve")
        self.ann.prepare_click(seen, "approve", even_if_gone=True).send()


if __name__ == "__main__":
    unittest.main()
