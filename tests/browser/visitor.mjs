// What a visitor of the page does and sees. Everything is clicked and typed where people click and
// type; nothing waits for time to pass, only for what should appear.
import assert from "node:assert/strict";

import { faintTexts } from "./contrast.mjs";

export class Visitor {
  constructor(page, demo, picture) {
    this.page = page;
    this.demo = demo;
    this.picture = picture;
    this.pictures = 0;
  }

  async arrive() {
    await this.page.goto(this.demo.url);
    await this.page.locator(".page").waitFor();
    await this.program("running");
  }

  // Takes a picture of what is on the screen, which must fit it and be legible.
  async look(name) {
    const number = String(++this.pictures).padStart(2, "0");
    await this.page.screenshot({ path: `${this.picture}-${number}-${name}.png` });
    const [wide, room] = await this.page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= room, `${name}: ${wide} pixels wide on a screen of ${room}`);
    assert.deepEqual(await this.page.evaluate(faintTexts), [], `${name}: too faint`);
  }

  // --- where to look ---

  get isPhone() {
    return this.page.viewportSize().width <= 900;
  }
  async part(name) {
    if (!this.isPhone) return;
    await this.page.locator(".tabs").getByRole("button", { name: new RegExp(`^${name}`) }).click();
  }
  get slack() {
    return this.page.getByRole("region", { name: "Slack" });
  }
  get conversation() {
    return this.page.getByRole("log");
  }
  get dialog() {
    return this.page.getByRole("dialog");
  }
  get access() {
    return this.page.getByRole("region", { name: "Identity Center" });
  }
  get audit() {
    return this.page.getByRole("region", { name: "Audit trail" });
  }
  get rail() {
    return this.page.getByRole("navigation", { name: "Slack workspace" });
  }
  // The newest message of the channel or the direct messages.
  get newest() {
    return this.conversation.locator(".message:not(.message-reply)").last();
  }
  entries(operation) {
    return this.audit.locator(`[data-operation=${operation}]`);
  }
  async text(locator) {
    return (await locator.innerText()).replace(/\s+/g, " ").trim();
  }

  // --- Slack ---

  async become(name) {
    await this.part("Slack");
    await this.page.getByRole("radio", { name: new RegExp(name) }).click();
  }
  async go(name) {
    await this.part("Slack");
    await this.rail.getByRole("button", { name: new RegExp(name) }).click();
  }
  async command(text) {
    await this.part("Slack");
    const line = this.page.getByLabel("Message or slash command");
    await line.fill(text);
    await line.press("Enter");
  }
  // Chooses in a menu by typing a part of the label.
  async choose(label, typed, option) {
    const menu = this.dialog.getByRole("combobox", { name: label });
    await menu.click();
    await menu.pressSequentially(typed);
    await this.page.getByRole("option", { name: option, exact: false }).first().click();
  }
  async submit() {
    await this.dialog.locator("[data-submit]").click();
  }
  async submitted() {
    await this.submit();
    await this.dialog.waitFor({ state: "detached" });
  }
  // The whole form, as Dana would fill it in.
  async ask(how = {}) {
    await this.command("/access");
    await this.choose("Account", how.account ?? "payments prod", how.account ?? "Payments prod");
    await this.choose("Permission set", how.set ?? "Developer", how.set ?? "Developer");
    if (how.duration) await this.choose("Duration", how.duration, how.duration);
    await this.dialog.getByLabel("Reason").fill(how.reason ?? "PAY-431: payouts are stuck");
  }
  async press(button) {
    await this.part("Slack");
    await this.newest.getByRole("button", { name: button, exact: true }).first().click();
  }
  async state(text) {
    await this.part("Slack");
    await this.newest.locator("b", { hasText: text }).first().waitFor();
  }

  // --- AWS and the audit trail ---

  row(text) {
    return this.access.locator(".row", { hasText: text });
  }
  async hasAccess(text) {
    await this.part("Access");
    await this.row(text).waitFor();
  }
  async hasNoAccess(text) {
    await this.part("Access");
    await this.row(text).waitFor({ state: "detached" });
  }
  async audited(operation, count = 1) {
    await this.part("Audit");
    await this.entries(operation).nth(count - 1).waitFor();
  }
  // Every chain on the screen was computed again and holds.
  async chainsHold() {
    await this.part("Audit");
    const chains = this.audit.locator(".chain");
    await this.page.waitForFunction(() =>
      [...document.querySelectorAll(".chain")].every((one) => one.textContent.includes("✓")));
    assert.ok((await chains.count()) > 0, "there is a chain to look at");
    assert.equal(await this.audit.locator(".chain-broken").count(), 0);
  }

  // --- the bar at the top ---

  control(name) {
    const place = this.isPhone ? ".controls" : ".bar";
    return this.page.locator(`${place} [data-control="${name}"]`);
  }
  async use(name) {
    await this.part("Controls");
    await this.control(name).click();
  }
  async isOn(name, on) {
    await this.page
      .locator(`[data-control="${name}"][aria-checked="${on}"]`)
      .first()
      .waitFor({ state: "attached" });
  }
  async program(state) {
    await this.page.locator(`.program[data-state="${state}"]`).waitFor();
  }
  // The step of the guide that is now to be done.
  async step(title) {
    await this.page.locator(".step[aria-current]", { hasText: title }).waitFor();
  }
  async toast(text) {
    await this.page.locator(".toast", { hasText: text }).waitFor();
  }
}
