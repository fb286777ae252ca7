// The demo as a process of its own: started on a free port, stopped when the scenario is over.
import { spawn } from "node:child_process";

const MOST_LINES = 40;

// A Tuesday morning: every run, and every screenshot, has the same clock.
const START = "2025-03-04T08:00:00Z";

export async function startDemo(program, words) {
  const child = spawn(program, ["demo", "--listen", "127.0.0.1:0", "--start", START, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = [];
  let announce;
  const url = new Promise((resolve, reject) => {
    announce = resolve;
    child.once("error", reject);
    child.once("exit", (status) => {
      const said = lines.join("\n");
      reject(new Error(`the demo ended with ${status} before it had an address:\n${said}`));
    });
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      lines.push(...text.split("\n").filter(Boolean));
      lines.splice(0, lines.length - MOST_LINES);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) announce(found[0]);
    });
  }
  return {
    url: `${await url}/`,
    lastWords: () => lines.join("\n"),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
