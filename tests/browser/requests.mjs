// What can happen to a request: denied, refused by a field, without approval, a group, a menu of
// hundreds, an end that comes by the clock.
import assert from "node:assert/strict";

async function denied(visitor) {
  const hostile = "PAY-1 <!channel> <@U0SAM> <https://example.org|click> <img src=x> *now*";
  await visitor.ask({ reason: hostile });
  await visitor.submitted();
  await visitor.state("Waiting for approval");
  // What people write stays text: nobody is called, nothing can be clicked.
  assert.match(await visitor.text(visitor.newest), /PAY-1 <!channel> <@U0SAM> <https/);
  assert.equal(await visitor.newest.locator("a, img").count(), 0);

  await visitor.become("Amir");
  await visitor.press("Deny");
  await visitor.dialog.waitFor();
  await visitor.look("form");
  await visitor.dialog.getByRole("textbox").fill("Not on a Tuesday");
  await visitor.submitted();
  await visitor.state("Denied");
  await visitor.audited("deny");
  await visitor.become("Dana");
  await visitor.state("Denied");
  assert.match(await visitor.text(visitor.newest), /Not on a Tuesday/);
  assert.equal(await visitor.row("Payments").count(), 0);
  await visitor.look("denied");
}

async function fieldErrors(visitor) {
  await visitor.command("/access");
  await visitor.dialog.getByRole("combobox", { name: "Account" }).waitFor();
  await visitor.submit();
  // Slack's own: what has to be filled in.
  await visitor.dialog.getByText("Please complete this required field.").first().waitFor();
  await visitor.look("required");
  await visitor.choose("Account", "payments prod", "Payments production");
  await visitor.choose("Permission set", "Dev", "Developer");
  await visitor.dialog.getByLabel("Reason").fill("because");
  await visitor.submit();
  // The rules': a ticket has to be named.
  const error = visitor.dialog.getByRole("alert");
  await error.waitFor();
  assert.match(await visitor.text(error), /ticket/);
  await visitor.look("refused");
  await visitor.dialog.getByLabel("Reason").fill("PAY-7: because");
  await visitor.submitted();
  await visitor.state("Waiting for approval");
}

async function withoutApproval(visitor) {
  await visitor.ask({ account: "Playground", set: "ReadOnly", reason: "To look around" });
  await visitor.submitted();
  await visitor.state("Access is active");
  await visitor.hasAccess("Playground");
  await visitor.become("Sam");
  await visitor.state("Access is active");
  await visitor.look("sam");
}

async function wrongPerson(visitor) {
  await visitor.ask();
  await visitor.submitted();
  await visitor.state("Waiting for approval");
  await visitor.press("Approve");
  await visitor.conversation.getByText("Only visible to you").waitFor();
  await visitor.look("whisper");
  assert.equal(await visitor.row("Payments").count(), 0);
  await visitor.become("Amir");
  assert.equal(await visitor.conversation.getByText("Only visible to you").count(), 0);
}

async function group(visitor) {
  await visitor.page.getByRole("button", { name: "Shortcuts" }).click();
  await visitor.page.getByRole("menuitem", { name: /group/ }).click();
  await visitor.choose("Group", "incident", "Incident responders");
  await visitor.dialog.getByLabel("Reason").fill("OPS-9: the shop is down");
  await visitor.look("form");
  await visitor.submitted();
  await visitor.state("Waiting for approval");
  // Whoever is asked has it marked.
  const sam = visitor.page.getByRole("radio", { name: /Sam/ });
  await sam.locator(".badge:not(.badge-dot)").waitFor();
  await visitor.become("Sam");
  await visitor.press("Approve");
  await visitor.state("Access is active");
  await visitor.hasAccess("Incident responders");
  await visitor.look("member");
  await visitor.use("next");
  await visitor.hasNoAccess("Incident responders");
  await visitor.audited("revoke");
  await visitor.look("over");
}

async function manyAccounts(visitor) {
  await visitor.command("/access");
  const menu = visitor.dialog.getByRole("combobox", { name: "Account" });
  await menu.click();
  await visitor.page.getByRole("option").nth(99).waitFor();
  assert.equal(await visitor.page.getByRole("option").count(), 100, "Slack shows 100 at most");
  await visitor.look("all");
  await menu.pressSequentially("team 287");
  const found = visitor.page.getByRole("option");
  await found.nth(1).waitFor({ state: "detached" });
  await found.filter({ hasText: "Team 287" }).waitFor();
  await visitor.look("typed");
  await found.filter({ hasText: "Team 287" }).click();
  await visitor.choose("Permission set", "Read", "ReadOnly");
  await visitor.dialog.getByLabel("Reason").fill("One of three hundred");
  await visitor.submitted();
  await visitor.hasAccess("Team 287");
}

// Time is moved in steps; the reminder comes before the end, the end by itself.
async function clock(visitor) {
  await visitor.ask({ account: "Playground", set: "ReadOnly", duration: "1 h", reason: "Look" });
  await visitor.submitted();
  await visitor.hasAccess("Playground");
  for (let quarter = 0; quarter < 3; ++quarter) {
    await visitor.use("15min");
    await visitor.page.locator('[data-control="15min"][aria-busy="false"]').first().waitFor();
  }
  // Fifteen minutes before the end the app writes to Dana alone.
  await visitor.rail.getByRole("button", { name: /SSO Elevator/ }).locator(".badge").waitFor();
  await visitor.go("SSO Elevator");
  await visitor.newest.getByRole("button", { name: "End access now" }).waitFor();
  await visitor.look("reminder");
  await visitor.use("15min");
  await visitor.hasNoAccess("Playground");
  await visitor.go("access");
  await visitor.state("Access has ended");
  await visitor.go("App Home");
  await visitor.page.getByRole("button", { name: "Request account access" }).waitFor();
  await visitor.look("home");
}

const MANY = ["--accounts", "312"];

export const scenarios = [
  { name: "denied", body: denied },
  { name: "field-errors", body: fieldErrors },
  { name: "without-approval", body: withoutApproval },
  { name: "wrong-person", body: wrongPerson },
  { name: "group", body: group },
  { name: "many-accounts", body: manyAccounts, demo: MANY },
  { name: "clock", body: clock },
];
