"""The program as functions on AWS Lambda: how soon a new one is ready, how soon it has answered its
first click, what it needs, and what one request costs in calls.

A cold start is measured from just before exec to the arrival of its first call of the Runtime API,
or of its answer to a signed click that was waiting. AWS is moto, asked once and then remembered:
what is measured is the program, not moto. Every start is a new process from the zip file.
"""

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import measure
import slow_cpu
from company import CompanyFacts
from instant import Lambda, Remembering
from lambda_world import LambdaTest
from report import percentile, section, verdict

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "build/bench"
HOUR, MINUTE = 3600, 60
FLOW_ACCOUNT = 250
STARTS, SLOW_STARTS = 40, 12
SECONDS_TO_ANSWER = 30
SECRETS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
FULL, TENTH = "full CPU", "a tenth of a core"
READY, CLICK = "exec to first next", "exec to first answered click"
MOST_MILLISECONDS = {READY: 10, CLICK: 40}
MOST_ZIP_BYTES = 6_000_000
MOST_MIB = 20


class Functions(CompanyFacts, LambdaTest):
    """500 accounts, and the three functions. Calls are those of one invocation: nobody reconciles
    in between."""

    def __enter__(self):
        self.setUpClass()
        self.setUp()
        self.times = measure.NoTimes()
        return self

    def __exit__(self, *_):
        self.doCleanups()
        self.tearDownClass()

    def environment(self):
        """As the Terraform module makes it."""
        given = super().environment()
        for name in SECRETS:
            del given[name]
        return given | {name + "_REF": f"ssm:/{name}" for name in SECRETS}

    def start(self, die=None):
        for name, value in zip(SECRETS, (self.slack.bot_token, self.slack.signing_secret)):
            self.calls.json("ssm", "AmazonSSM.PutParameter", {
                "Name": f"/{name}", "Value": value, "Type": "SecureString", "Overwrite": True})
        super().start(die)

    def settle(self):
        self.product.read_time()

    def ask(self, account):
        measure.open_form(self, self.dana)
        measure.fill_in(self, self.dana, account)
        return measure.submit(self, self.dana)


# --- calls and memory ---

def count_calls(world):
    """{flow: counts}, {function: MiB}"""
    flows = {}
    world.product.settle()  # the revoker lists accounts, permission sets and people for everybody
    with world.counted() as flows["cold start"]:
        world.product.requester.start()
    with world.counted() as flows["open form"]:
        measure.open_form(world, world.dana)
    with world.counted() as flows["fill in"]:
        measure.fill_in(world, world.dana, FLOW_ACCOUNT)
    with world.counted() as flows["submit"]:
        message = measure.submit(world, world.dana)
    with world.counted() as flows["approve"]:
        world.amir.click(message, "approve")
        world.settle()
    if not measure.has_access(world, FLOW_ACCOUNT):
        raise measure.sender.SenderError("the access is not there")
    world.product.settle()
    world.product.set_time(world.product.now + HOUR)
    with world.counted() as flows["revoke (schedule)"]:
        world.fire_schedules()
    if measure.has_access(world, FLOW_ACCOUNT):
        raise measure.sender.SenderError("the access is still there")
    world.product.settle()
    world.product.settle()
    with world.counted() as flows["a minute with nothing to do"]:
        world.product.call("revoker", {"action": "reconcile"})
    memory = {handler: max(most_mib(one.process.pid) for one in function.instances)
              for handler, function in world.product.functions.items() if function.instances}
    return flows, memory


def most_mib(process_id):
    with open(f"/proc/{process_id}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:"))


# --- cold starts ---

class Starter:
    """Starts processes of the requester from the zip file, and takes the time."""

    def __init__(self, world, archive):
        self.world, self.front = world, world.product.front
        self.folder = world.folder / "task"
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(self.folder)
        self.program = self.folder / "bootstrap"
        self.program.chmod(0o755)
        self.aws = Remembering(world.aws.url)

    def environment(self, runtime):
        return {**self.world.environment(), "_HANDLER": "requester", "LOG_LEVEL": "INFO",
                "LAMBDA_TASK_ROOT": str(self.folder), "AWS_ENDPOINT_URL": self.aws.url,
                "AWS_LAMBDA_RUNTIME_API": runtime.address}

    def start(self, event=None, share=None):
        """Seconds from exec to the first next; with an event, to its answer."""
        self.aws.rewind()
        runtime = Lambda(event)
        process, began = slow_cpu.execute(self.program, self.environment(runtime), share,
                                          self.world.folder / "cold.log")
        try:
            if not runtime.done.wait(SECONDS_TO_ANSWER):
                raise measure.sender.SenderError("a function does not start")
        finally:
            process.end()
            runtime.close()
        if event is None:
            return runtime.asked_at - began
        if b'"statusCode":200' not in runtime.answer:
            raise measure.sender.SenderError(f"a click was answered {runtime.answer[:300]}")
        return runtime.answered_at - began

    def click(self, delivery):
        """It, signed now: these processes have no clock but the machine's."""
        delivery.signed_at = int(time.time())
        return self.front.event("POST", "/access-requester", delivery.headers(), delivery.body)

    def close(self):
        self.aws.close()


def time_starts(world, archive):
    """{(what, processor): [seconds]}, and how many calls were not remembered."""
    world.product.set_time(time.time())
    message = world.ask(FLOW_ACCOUNT + 1)
    delivery = world.amir.prepare_click(message, "approve")
    starter = Starter(world, archive)
    world.product.stop()
    times = {}
    try:
        # The second time everything is remembered, and the files are in the page cache.
        for _ in range(2):
            starter.start(starter.click(delivery))
        starter.aws.asked = 0
        for share, number in ((None, STARTS), (slow_cpu.TENTH, SLOW_STARTS)):
            processor = TENTH if share else FULL
            times[READY, processor] = [starter.start(None, share) for _ in range(number)]
            times[CLICK, processor] = [starter.start(starter.click(delivery), share)
                                       for _ in range(number)]
        return times, starter.aws.asked
    finally:
        starter.close()


def make_archives():
    """{architecture: zip file}; for arm64 when ./run package has built for it."""
    wanted = ["x86_64"] + ["arm64"] * (ROOT / "build/arm64/bin/sso-elevator").exists()
    subprocess.run([ROOT / "deploy/package.sh", *wanted], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "ELEVATOR_PACKAGES": str(PACKAGES)})
    return {name: PACKAGES / f"sso-elevator-lambda-{name}.zip" for name in wanted}


def measure_functions():
    archives = make_archives()
    with Functions() as world:
        print("counting calls of functions ...", file=sys.stderr, flush=True)
        calls, memory = count_calls(world)
        print("starting functions ...", file=sys.stderr, flush=True)
        times, asked = time_starts(world, archives["x86_64"])
    return {"zip_bytes": {name: path.stat().st_size for name, path in archives.items()},
            "calls": calls, "memory": memory, "asked_moto": asked,
            "slowed_by": slow_cpu.how(),
            "times": {f"{what}, {processor}": seconds
                      for (what, processor), seconds in times.items()}}


# --- as tables ---

def rows_of_starts(times):
    for name, seconds in times.items():
        what, _, processor = name.partition(", ")
        p50, p90 = (percentile(seconds, share) * 1000 for share in (0.50, 0.90))
        most = MOST_MILLISECONDS[what] if processor == FULL else None
        yield (what, processor, f"{p50:.1f} ms", f"{p90:.1f} ms", str(len(seconds)),
               f"p50 < {most} ms" if most else "", verdict(p50 < most) if most else "")


def rows_of_sizes(measured):
    for name, size in measured["zip_bytes"].items():
        yield (f"zip file, {name}", f"{size / 1e6:.2f} MB", f"< {MOST_ZIP_BYTES / 1e6:g} MB",
               verdict(size < MOST_ZIP_BYTES))
    for name, mebibytes in measured["memory"].items():
        yield (f"most resident memory, {name}", f"{mebibytes:.1f} MiB", f"< {MOST_MIB} MiB",
               verdict(mebibytes < MOST_MIB))


def rows_of_calls(calls):
    for name, counts in calls.items():
        dynamodb = sum(number for operation, number in counts["aws_by_operation"].items()
                       if operation in DYNAMODB)
        yield (name, str(counts["aws"] - dynamodb), str(counts["polls"] or ""), str(dynamodb),
               str(counts["slack"]))


DYNAMODB = ("GetItem", "PutItem", "Query", "TransactWriteItems", "BatchGetItem")


def table(measured):
    return "\n\n".join([
        "On AWS Lambda: the zip file, its functions and 500 accounts. A slow processor is made by "
        f"{measured['slowed_by']}. AWS's answers were remembered, all but "
        f"{measured['asked_moto']}.",
        section(("cold start", "with", "p50", "p90", "samples", "target", ""),
                rows_of_starts(measured["times"])),
        section(("function", "", "target", ""), rows_of_sizes(measured)),
        section(("external calls of functions", "AWS", "polls", "DynamoDB", "Slack"),
                rows_of_calls(measured["calls"]))])
