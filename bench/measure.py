"""What is measured. Every function answers plain numbers; nothing here judges them."""

import contextlib
import time

import sender
import slack_person
from company import ACCOUNT_COUNT, PERMISSION_SETS, account_id, raw_request

MINUTE, HOUR = 60, 3600
WARM_UP = 10
LONG_HISTORY = 60
CONNECTIONS = 32
HEALTHZ = "baseline: GET /healthz"
WRITE = "baseline: 4 KiB written and synchronised"
OPEN, SEARCH, CHOOSE = "open the form", "search the account menu", "choose an account"
SUBMIT = "submit the form"
SUBMIT_AGAIN = f"submit the form, {LONG_HISTORY} or more requests later"
APPROVE = "approve"
TIMED = (HEALTHZ, WRITE, OPEN, SEARCH, CHOOSE, SUBMIT, SUBMIT_AGAIN, APPROVE)
# Also timed with the state on a file system in memory: what waits for the disk, and its baseline.
IN_MEMORY_TOO = (WRITE, SUBMIT, SUBMIT_AGAIN, APPROVE)
ROUNDS = 5
SECONDS_A_ROUND = 2
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: elevator.example.com\r\n\r\n"
EVENTS = 500


class NoTimes:
    """For a company whose answers are not timed."""

    def of(self, _):
        return contextlib.nullcontext()


def open_form(company, person):
    person.shortcut("request_for_access")
    company.settle()


def fill_in(company, person, number):
    with company.times.of(SEARCH):
        person.type_ahead("select_account", f"{number:04}")
    with company.times.of(CHOOSE):
        person.choose("select_account", account_id(number))
    company.settle()
    person.choose("select_permission_set", PERMISSION_SETS[number % len(PERMISSION_SETS)])
    company.settle()
    person.choose("duration_picker", "01:00")
    person.enter("provide_reason", "INC-1: look at the logs")
    company.settle()


def submit(company, person):
    """The request's message."""
    errors = person.submit()
    if errors:
        raise sender.SenderError(f"the form was not accepted: {errors}")
    company.settle()
    return company.slack.channel_messages()[-1]


def has_access(company, number):
    return any(account == account_id(number) for account, _, _ in company.aws.assignments())


# --- calls ---

def count_calls(company, number):
    """{flow: counts}: one person asks once, for one account, and it ends on time."""
    flows = {}
    with company.counted() as flows["open form"]:
        open_form(company, company.dana)
    with company.counted() as flows["fill in"]:
        fill_in(company, company.dana, number)
    with company.counted() as flows["submit"]:
        message = submit(company, company.dana)
    with company.counted() as flows["approve"]:
        company.amir.click(message, "approve")
        company.work_until(lambda: has_access(company, number), what="access")
        company.settle()
    # The reminder and the refresh of the listings come before the end and are not part of it.
    end = company.product.now + HOUR
    company.advance_to(end - 2 * MINUTE)
    with company.counted() as flows["revoke"]:
        company.advance_to(end + 2 * MINUTE)
    with company.counted() as flows["refresh of the listings"]:
        company.advance(5 * MINUTE)
    if has_access(company, number):
        raise sender.SenderError("the access is still there")
    return flows


# --- time to the answer ---

def take_baselines(company):
    """In between, so that they see the same machine in the same minute."""
    with company.times.of(HEALTHZ):
        company.times.take(company.probe.ask(HEALTH)[1])
    with company.times.of(WRITE):
        company.times.take(company.probe.durable_write())


def one_request(company, person, number, submitting):
    take_baselines(company)
    with company.times.of(OPEN):
        person.shortcut("request_for_access")
    company.settle()
    fill_in(company, person, number)
    with company.times.of(submitting):
        message = submit(company, person)
    with company.times.of(APPROVE):
        company.amir.click(message, "approve")
    company.settle()


def time_answers(company, samples):
    """({click: [seconds]}, cores that other programs used meanwhile). Between two clicks the work
    that the first started is done. Every second request is dana's: with time she is somebody who
    has asked for a lot."""
    began, others = time.perf_counter(), company.other_cpu_seconds()
    for number in range(WARM_UP + samples):
        if number == WARM_UP:
            company.times.by_name = {name: [] for name in TIMED}
        person, submitting = company.dana, None
        if number % 2 == 0:
            person = company.colleagues[number // 2 % len(company.colleagues)]
            submitting = SUBMIT
        elif number > 2 * LONG_HISTORY:
            submitting = SUBMIT_AGAIN
        one_request(company, person, number % ACCOUNT_COUNT, submitting)
    others = (company.other_cpu_seconds() - others) / (time.perf_counter() - began)
    return dict(company.times.by_name), others


# --- events per second ---

def rate(company, requests):
    """Answers per second, and how much of the cores each side used for them."""
    cpu, others = company.cpu_seconds(), company.other_cpu_seconds()
    done = sender.send(company.address, requests, CONNECTIONS, SECONDS_A_ROUND)
    cpu, others = company.cpu_seconds() - cpu, company.other_cpu_seconds() - others
    unexpected = set(done["statuses"]) - {"200"}
    if unexpected:
        raise sender.SenderError(f"answers other than 200: {done['statuses']}")
    return {"per_second": done["answers"] / done["seconds"],
            "server_microseconds": cpu / done["answers"] * 1e6,
            "server_cores": cpu / done["seconds"],
            "sender_cores": done["cpu_seconds"] / done["seconds"],
            "other_cores": max(0, others - done["cpu_seconds"]) / done["seconds"]}


def searches(company):
    """Signed bytes: what Slack sends while somebody types into the account menu."""
    open_form(company, company.dana)
    kept = []
    with company.delivering_to(kept):
        for number in range(ACCOUNT_COUNT):
            company.dana.type_ahead("select_account", f"{number:04}")
    company.dana.close_modal()
    return kept


def idle_events(company):
    """Signed bytes: events that the program has to verify and to read, and may then forget."""
    return [raw_request(slack_person.Delivery(company.slack, json_body={
        "type": "event_callback", "team_id": company.slack.team_id, "event_id": f"Ev{number}",
        "event": {"type": "message", "channel": company.slack.channel, "user": company.dana.id,
                  "text": f"message {number} " + "x" * 200}})) for number in range(EVENTS)]


def event_rates(company):
    """{name: median round}: the same sender, with requests that need more and more. The rounds
    take turns, so that what else the machine does meets all of them."""
    requests = {HEALTHZ: [HEALTH],
                "verified event, nothing to do": idle_events(company),
                "verified menu search": searches(company)}
    rounds = {name: [] for name in requests}
    for _ in range(ROUNDS):
        for name, bytes_of_requests in requests.items():
            rounds[name].append(rate(company, bytes_of_requests))
    return {name: sorted(measured, key=lambda one: one["per_second"])[ROUNDS // 2]
            for name, measured in rounds.items()}
