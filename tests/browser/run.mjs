// Runs the scenarios, each in a demo and a browser window of its own. The last line counts them.
//
//   node run.mjs --build FOLDER --chromium PROGRAM [SCENARIO...]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

import { startDemo } from "./demo.mjs";
import { Visitor } from "./visitor.mjs";
import { scenarios as failures } from "./failures.mjs";
import { scenarios as firstRun } from "./first_run.mjs";
import { scenarios as keyboard } from "./keyboard.mjs";
import { scenarios as requests } from "./requests.mjs";

const { values: options, positionals: wanted } = parseArgs({
  options: { build: { type: "string" }, chromium: { type: "string" } },
  allowPositionals: true,
});
const build = resolve(options.build);
const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
const pictures = join(root, "build", "browser");
const PATIENCE = 20_000; // milliseconds until a condition counts as never coming true
const DESKTOP = { width: 1280, height: 800 };

// The page's TypeScript, where the build installed the compiler.
function typesHold() {
  const folder = join(build, "page");
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  if (!existsSync(compiler)) throw new Error(`${compiler} does not exist`);
  const { status, stdout } = spawnSync(process.execPath, [compiler, "--noEmit", "-p", folder]);
  if (status !== 0) throw new Error(String(stdout));
}

async function runScenario(browser, { name, body, ...settings }) {
  const demo = await startDemo(join(build, "bin/sso-elevator"), settings.demo ?? []);
  const context = await browser.newContext({
    viewport: settings.viewport ?? DESKTOP,
    colorScheme: settings.dark ? "dark" : "light",
    reducedMotion: "reduce",
    locale: "en-GB",
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`the page threw: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(demo.url)) complaints.push(`the page asked elsewhere: ${url}`);
  });
  const visitor = new Visitor(page, demo, join(pictures, name));
  try {
    await visitor.arrive();
    await body(visitor);
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
  } catch (error) {
    await page.screenshot({ path: join(pictures, `${name}-failed.png`) }).catch(() => {});
    error.message += `\n${complaints.join("\n")}\nthe demo's last words:\n${demo.lastWords()}`;
    throw error;
  } finally {
    await context.close();
    await demo.stop();
  }
}

async function main() {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  const all = [...firstRun, ...requests, ...failures, ...keyboard];
  const chosen = wanted.length > 0 ? all.filter(({ name }) => wanted.includes(name)) : all;
  const browser = await chromium.launch({
    executablePath: options.chromium,
    // In a container that runs as root Chromium cannot sandbox itself; it sees only our own page.
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
  let passed = 0;
  let failed = 0;
  const attempt = async (name, what) => {
    const start = performance.now();
    try {
      await what();
      passed += 1;
      console.log(`ok      ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}: ${error.stack}`);
    }
  };
  await attempt("types", typesHold);
  for (const scenario of chosen) await attempt(scenario.name, () => runScenario(browser, scenario));
  await browser.close();
  if (chosen.length === 0) failed += 1;
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
