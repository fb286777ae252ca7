// Assigns every sample to its published type, each in a file of its own, and asks the TypeScript
// compiler. Literals are checked as written: unknown keys are errors, too.
//
//   node check.mjs FOLDER_OF_SAMPLES
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const require = createRequire(join(here, "package.json"));
const ts = require("typescript");

const TYPES = {
  message: {
    name: "Message",
    declaration: `interface Message { text: string; blocks: KnownBlock[]; metadata?: MessageMetadata }`,
  },
  modal: { name: "ModalView", declaration: "" },
  home: { name: "HomeView", declaration: "" },
  options: {
    name: "Options",
    declaration: `type Options = { options: Option[] } |
      { option_groups: { label: PlainTextElement; options: Option[] }[] }`,
  },
  answer: {
    name: "Answer",
    declaration: `interface Answer {
      response_type: "ephemeral"; text: string; blocks?: KnownBlock[]; }`,
  },
};

function moduleOf(kind, json) {
  const { name, declaration } = TYPES[kind];
  return [
    "import type { HomeView, KnownBlock, MessageMetadata, ModalView, Option, PlainTextElement }",
    `  from "@slack/types";`,
    declaration,
    `export const sample: ${name} = ${json.trim()};`,
    "",
  ].join("\n");
}

function problemsOf(files) {
  const program = ts.createProgram(files, {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const found = new Map();
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const file = diagnostic.file ? resolve(diagnostic.file.fileName) : "";
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n    ");
    found.set(file, [...(found.get(file) ?? []), text]);
  }
  return found;
}

// The checker must be able to fail: each of these is wrong in one place.
const WRONG = {
  "message-unknown-block": `{ "text": "x", "blocks": [{ "type": "no_such_block" }] }`,
  "message-unknown-key": `{ "text": "x", "blocks": [{ "type": "divider", "colour": "red" }] }`,
  "modal-without-title": `{ "type": "modal", "blocks": [] }`,
  "options-without-text": `{ "options": [{ "value": "x" }] }`,
};

const samples = resolve(process.argv[2]);
const folder = join(here, "generated");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const expectations = new Map();

function add(name, json, right) {
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, moduleOf(name.split("-")[0], json));
  expectations.set(path, { name, right });
}

for (const file of readdirSync(samples).sort()) {
  add(file.replace(/\.json$/, ""), readFileSync(join(samples, file), "utf8"), true);
}
const real = expectations.size;
for (const [name, json] of Object.entries(WRONG)) add(`${name}-wrong`, json, false);

const problems = problemsOf([...expectations.keys()]);
let passed = 0;
let failed = real === 0 ? 1 : 0;
if (real === 0) console.log(`no samples in ${samples}`);
for (const [path, { name, right }] of expectations) {
  const found = problems.get(path) ?? [];
  if ((found.length === 0) === right) {
    passed += 1;
    continue;
  }
  failed += 1;
  console.log(`${name}: ${right ? found.join("\n  ") : "is wrong, but was accepted"}`);
}
for (const [file, texts] of problems) {
  if (expectations.has(file)) continue;
  failed += 1;
  console.log(`${file || "compiler"}: ${texts.join("\n  ")}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
