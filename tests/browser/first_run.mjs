// The guided first run, done by clicking: on a desk, in the dark, and on a phone.
async function firstRun(visitor) {
  await visitor.step("Ask");
  await visitor.look("start");

  await visitor.command("/access");
  await visitor.dialog.getByRole("combobox", { name: "Account" }).click();
  await visitor.page.getByRole("option", { name: /Payments production/ }).waitFor();
  await visitor.look("menu");
  await visitor.page.keyboard.press("Escape");
  await visitor.choose("Account", "payments prod", "Payments production");
  await visitor.choose("Permission set", "Dev", "Developer");
  await visitor.choose("Duration", "1 h", "1 h");
  await visitor.dialog.getByLabel("Reason").fill("PAY-431: payouts of Monday are stuck");
  await visitor.look("form");
  await visitor.submitted();
  await visitor.state("Waiting for approval");
  await visitor.look("asked");

  await visitor.step("Approve");
  await visitor.page.getByRole("button", { name: "Become Amir" }).click();
  await visitor.state("Waiting for approval");
  await visitor.look("approver");
  await visitor.press("Approve");
  await visitor.state("Access is active");
  await visitor.hasAccess("Payments production");
  await visitor.look("granted");

  await visitor.step("See access");
  await visitor.page.getByRole("button", { name: "Become Dana" }).click();
  await visitor.step("End early");
  await visitor.part("Slack");
  await visitor.newest.getByRole("button", { name: "Sign in to AWS" }).waitFor();
  await visitor.look("access");
  await visitor.audited("grant");
  await visitor.chainsHold();
  await visitor.look("audit");

  await visitor.press("End access now");
  await visitor.dialog.waitFor();
  await visitor.look("end-form");
  await visitor.submitted();
  await visitor.state("Access has ended");
  await visitor.hasNoAccess("Payments production");
  await visitor.look("ended");

  await visitor.step("Let one expire");
  await visitor.ask({ account: "Payments prod", reason: "PAY-432: once more" });
  await visitor.submitted();
  await visitor.become("Amir");
  await visitor.state("Waiting for approval");
  await visitor.press("Approve");
  await visitor.state("Access is active");
  await visitor.hasAccess("Payments production");
  await visitor.use("next");
  await visitor.hasNoAccess("Payments production");
  await visitor.state("Access has ended");
  await visitor.page.getByText("That is the whole product.").waitFor();
  await visitor.audited("revoke", 2);
  await visitor.chainsHold();
  await visitor.look("expired");
}

export const scenarios = [
  { name: "first-run", body: firstRun },
  { name: "first-run-dark", body: firstRun, dark: true },
  { name: "first-run-phone", body: firstRun, viewport: { width: 390, height: 844 } },
];
