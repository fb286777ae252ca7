// What the visitor can break, and that it still ends well.
import assert from "node:assert/strict";

async function granted(visitor) {
  await visitor.ask({ account: "Playground", set: "ReadOnly", duration: "1 h", reason: "Look" });
  await visitor.submitted();
  await visitor.hasAccess("Playground");
  await visitor.audited("grant");
}

async function killed(visitor) {
  await granted(visitor);
  await visitor.use("kill");
  await visitor.program("dead");
  await visitor.look("dead");
  await visitor.program("running");
  assert.match(await visitor.text(visitor.page.locator(".program")), /1 restart/);
  await visitor.use("next");
  await visitor.hasNoAccess("Playground");
  await visitor.state("Access has ended");
  await visitor.audited("revoke");
  await visitor.chainsHold();
  await visitor.page.locator(".program").click();
  await visitor.page.getByRole("complementary", { name: "Log of the program" }).waitFor();
  await visitor.look("log");
}

// Killed, and the end comes while it is dead.
async function killedAtTheEnd(visitor) {
  await granted(visitor);
  await visitor.use("kill");
  await visitor.program("dead");
  await visitor.use("1h");
  await visitor.program("running");
  await visitor.hasNoAccess("Playground");
  await visitor.state("Access has ended");
}

async function slackDown(visitor) {
  await granted(visitor);
  await visitor.use("slack_down");
  await visitor.isOn("slack_down", true);
  await visitor.command("/access");
  await visitor.toast("Slack is down");
  await visitor.look("down");
  await visitor.use("next");
  await visitor.hasNoAccess("Playground");
  await visitor.use("slack_down");
  await visitor.isOn("slack_down", false);
  await visitor.use("15min");
  await visitor.state("Access has ended");
}

async function throttled(visitor) {
  await granted(visitor);
  await visitor.use("aws_throttles");
  await visitor.isOn("aws_throttles", true);
  await visitor.use("1h");
  await visitor.look("throttled");
  await visitor.use("aws_throttles");
  await visitor.isOn("aws_throttles", false);
  await visitor.use("15min");
  await visitor.hasNoAccess("Playground");
  // Meanwhile the channel was told that something is overdue.
  await visitor.conversation.getByText("Access has ended").waitFor();
  await visitor.newest.getByText("is still there").waitFor();
}

async function afresh(visitor) {
  await granted(visitor);
  await visitor.page.getByRole("button", { name: "Start afresh" }).click();
  await visitor.control("reset").click();
  await visitor.conversation.getByText("Nobody has asked for anything yet").waitFor();
  await visitor.hasNoAccess("Playground");
  await visitor.program("running");
  await visitor.step("Ask");
}

export const scenarios = [
  { name: "killed", body: killed },
  { name: "killed-at-the-end", body: killedAtTheEnd },
  { name: "slack-down", body: slackDown },
  { name: "throttled", body: throttled },
  { name: "afresh", body: afresh },
];
