// The page without a mouse: focus goes where it should and stays inside a modal.
import assert from "node:assert/strict";

const focused = (visitor, part) =>
  visitor.page.evaluate((selector) => Boolean(document.activeElement?.closest(selector)), part);

async function tabTo(visitor, locator) {
  await locator.waitFor();
  for (let i = 0; i < 60; ++i) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await visitor.page.keyboard.press("Tab");
  }
  throw new Error("Tab never gets there");
}

async function keyboardOnly(visitor) {
  const { page, dialog } = visitor;
  const { keyboard } = page;
  await tabTo(visitor, page.getByLabel("Message or slash command"));
  await keyboard.type("/acc");
  await keyboard.press("Enter"); // the first suggestion
  const account = dialog.getByRole("combobox", { name: "Account" });
  await account.waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "combobox");
  await keyboard.type("play");
  const option = page.getByRole("option");
  await option.nth(1).waitFor({ state: "detached" });
  await page.locator(".menu-option[data-active=true]", { hasText: "Playground" }).waitFor();
  await keyboard.press("Enter");
  const set = dialog.getByRole("combobox", { name: "Permission set" });
  await tabTo(visitor, set);
  await keyboard.press("ArrowDown"); // opens
  await option.first().waitFor();
  await keyboard.press("ArrowDown");
  await keyboard.press("Escape"); // closes the menu, not the modal
  await option.first().waitFor({ state: "detached" });
  assert.ok(await dialog.isVisible());
  await keyboard.type("read");
  await keyboard.press("Enter");
  await tabTo(visitor, dialog.getByLabel("Reason"));
  await keyboard.type("Without a mouse");
  await visitor.look("form");
  for (let i = 0; i < 20; ++i) {
    await keyboard.press("Tab");
    assert.ok(await focused(visitor, "[role=dialog]"), "the focus left the modal");
  }
  for (let i = 0; i < 20; ++i) {
    await keyboard.press("Shift+Tab");
    assert.ok(await focused(visitor, "[role=dialog]"), "the focus left the modal backwards");
  }
  await keyboard.press("Control+Enter");
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.closest(".composer"));
  await visitor.state("Access is active");

  await keyboard.type("/access");
  await keyboard.press("Enter");
  await dialog.waitFor();
  await keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await page.getByRole("radio", { name: /Dana/ }).focus();
  await keyboard.press("ArrowRight");
  await page.getByRole("radio", { name: /Amir/, checked: true }).waitFor();
  await visitor.look("amir");
}

export const scenarios = [{ name: "keyboard", body: keyboardOnly }];
