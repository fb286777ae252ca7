"""What Slack refuses: the limits of messages, views and options.

Each function returns sentences about what is wrong; an empty list means Slack would take it.
https://docs.slack.dev/reference/block-kit/blocks and /reference/views
"""

import json

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
POSTED_TEXT = 40_000
UPDATED_TEXT = 4_000
VIEW_BYTES = 250_000
OPTIONS = 100
OPTION_TEXT = 75
INPUT_ELEMENTS = {"static_select", "external_select", "plain_text_input", "checkboxes",
                  "radio_buttons", "datepicker", "timepicker", "datetimepicker",
                  "multi_static_select", "multi_external_select", "users_select"}


def length(text):
    """UTF-16 units: the strictest reading of "characters"."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Checker:
    def __init__(self):
        self.problems = []

    def add(self, problem):
        self.problems.append(problem)

    def text(self, value, limit, what):
        if not isinstance(value, str) or not value:
            return self.add(f"{what} must be a non-empty text")
        if length(value) > limit:
            self.add(f"{what} must be less than {limit + 1} characters")

    def text_object(self, value, limit, what, kinds=("plain_text", "mrkdwn")):
        if not isinstance(value, dict) or value.get("type") not in kinds:
            return self.add(f"{what} must be a text object of {'/'.join(kinds)}")
        extra = set(value) - {"type", "text", "emoji" if value["type"] == "plain_text"
                              else "verbatim"}
        if extra:
            self.add(f"{what} has unknown keys {sorted(extra)}")
        self.text(value.get("text"), limit, what)

    def blocks(self, blocks, most, surface):
        if not isinstance(blocks, list) or not blocks:
            return self.add("blocks must be a non-empty list")
        if len(blocks) > most:
            self.add(f"no more than {most} blocks allowed")
        ids = [b["block_id"] for b in blocks if isinstance(b, dict) and "block_id" in b]
        if len(ids) != len(set(ids)):
            self.add("block_id is not unique")
        for block in blocks:
            self.block(block, surface)

    def block(self, block, surface):
        kind = block.get("type")
        if "block_id" in block:
            self.text(block["block_id"], 255, "block_id")
        if kind == "section":
            self.section(block)
        elif kind == "context":
            elements = block.get("elements")
            self.count(elements, 10, "context elements")
            for element in elements or []:
                self.text_object(element, 3000, "context element")
        elif kind == "actions":
            self.count(block.get("elements"), 25, "actions elements")
            for element in block.get("elements") or []:
                self.element(element)
        elif kind == "input":
            if surface == "message":
                self.add("input blocks are not allowed in messages")
            self.input(block)
        elif kind == "header":
            self.text_object(block.get("text"), 150, "header", ("plain_text",))
        elif kind != "divider":
            self.add(f"unsupported block type {kind!r}")

    def count(self, items, most, what):
        if not isinstance(items, list) or not items:
            return self.add(f"{what} must be a non-empty list")
        if len(items) > most:
            self.add(f"no more than {most} {what} allowed")

    def section(self, block):
        if "text" not in block and "fields" not in block:
            self.add("a section needs text or fields")
        if "text" in block:
            self.text_object(block["text"], 3000, "section text")
        if "fields" in block:
            self.count(block["fields"], 10, "fields")
            for field in block["fields"] or []:
                self.text_object(field, 2000, "field")
        if "accessory" in block:
            self.element(block["accessory"])

    def input(self, block):
        self.text_object(block.get("label"), 2000, "label", ("plain_text",))
        if "hint" in block:
            self.text_object(block["hint"], 2000, "hint", ("plain_text",))
        element = block.get("element")
        if not isinstance(element, dict) or element.get("type") not in INPUT_ELEMENTS:
            return self.add("an input block needs an input element")
        self.element(element)

    def element(self, element):
        self.text(element.get("action_id"), 255, "action_id")
        kind = element.get("type")
        if "placeholder" in element:
            self.text_object(element["placeholder"], 150, "placeholder", ("plain_text",))
        if kind == "button":
            self.text_object(element.get("text"), 75, "button text", ("plain_text",))
            if "value" in element:
                self.text(element["value"], 2000, "button value")
            if "url" in element:
                self.text(element["url"], 3000, "button url")
            if element.get("style", "primary") not in ("primary", "danger"):
                self.add("button style must be primary or danger")
        elif kind == "static_select":
            self.static_select(element)
        elif kind == "external_select":
            if "options" in element or "option_groups" in element:
                self.add("an external_select has no options of its own")
            if "initial_option" in element:
                self.option(element["initial_option"])
        elif kind == "plain_text_input":
            if element.get("max_length", 1) > 3000:
                self.add("max_length must be less than 3001")
            if length(element.get("initial_value", "")) > element.get("max_length", 3000):
                self.add("initial_value is longer than max_length")

    def static_select(self, element):
        if ("options" in element) == ("option_groups" in element):
            self.add("a static_select has either options or option_groups")
        choices = []
        if "options" in element:
            self.options(element["options"])
            choices = element["options"]
        if "option_groups" in element:
            self.count(element["option_groups"], 100, "option_groups")
            for group in element["option_groups"]:
                self.text_object(group.get("label"), 75, "group label", ("plain_text",))
                self.options(group.get("options"))
                choices = choices + group.get("options", [])
        if "initial_option" in element and element["initial_option"] not in choices:
            self.add("initial_option must be one of the options")

    def options(self, options):
        self.count(options, OPTIONS, "options")
        for option in options or []:
            self.option(option)

    def option(self, option):
        self.text_object(option.get("text"), OPTION_TEXT, "option text", ("plain_text",))
        self.text(option.get("value"), 150, "option value")


def problems_of_message(message, text_limit):
    checker = Checker()
    text = message.get("text", "")
    if length(text) > text_limit:
        checker.add("msg_too_long")
    if not text and not message.get("blocks"):
        checker.add("no_text")
    if "blocks" in message:
        checker.blocks(message["blocks"], MESSAGE_BLOCKS, "message")
    metadata = message.get("metadata")
    if metadata is not None and (set(metadata) != {"event_type", "event_payload"}
                                 or not isinstance(metadata["event_payload"], dict)):
        checker.add("invalid_metadata_format")
    return checker.problems


def problems_of_view(view):
    checker = Checker()
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return ["view type must be modal or home"]
    if len(json.dumps(view, separators=(",", ":"), ensure_ascii=False).encode()) > VIEW_BYTES:
        checker.add("view_too_large")
    checker.blocks(view.get("blocks"), VIEW_BLOCKS, kind)
    if length(view.get("private_metadata", "")) > 3000:
        checker.add("private_metadata must be less than 3001 characters")
    if length(view.get("callback_id", "")) > 255:
        checker.add("callback_id must be less than 256 characters")
    if kind == "modal":
        checker.text_object(view.get("title"), 24, "title", ("plain_text",))
        for name in ("submit", "close"):
            if name in view:
                checker.text_object(view[name], 24, name, ("plain_text",))
        if any(b.get("type") == "input" for b in view.get("blocks") or []) and "submit" not in view:
            checker.add("a modal with input blocks needs submit")
    return checker.problems


def problems_of_options(answer):
    """The answer to a block_suggestion."""
    checker = Checker()
    if not isinstance(answer, dict) or ("options" in answer) == ("option_groups" in answer):
        return ["an answer holds options or option_groups"]
    groups = [answer] if "options" in answer else answer["option_groups"]
    if len(groups) > 100:
        checker.add("no more than 100 option_groups allowed")
    for group in groups:
        if len(group["options"]) > OPTIONS:
            checker.add("no more than 100 options allowed")
        for option in group["options"]:
            checker.option(option)
    return checker.problems
