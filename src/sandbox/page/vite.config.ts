import { defineConfig } from "vite";

// The program embeds what lies in dist/ and serves it from one origin: a page, a script, a style.
// `npx vite` during development forwards what the page asks for to a demo that is running.
export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: false },
  server: { proxy: { "/demo": "http://127.0.0.1:8080" } },
});
