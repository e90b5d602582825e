/// <reference types="vitest/config" />
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Writes `.br` and `.gz` beside what compresses, so that the gateway only picks one. */
function precompressed(): Plugin {
  let folder = "";
  return {
    name: "precompressed",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|svg)$/.test(entry)) continue;
        const body = readFileSync(join(folder, entry));
        if (body.length < 1024) continue;
        writeFileSync(join(folder, `${entry}.br`), brotliCompressSync(body));
        writeFileSync(join(folder, `${entry}.gz`), gzipSync(body, { level: 9 }));
      }
    },
  };
}

/** Asks for the font with the page, so that no line moves when it comes. */
function earlyFont(): Plugin {
  return {
    name: "early-font",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const font = Object.keys(bundle ?? {}).find((name) => /inter-latin-wght-normal.*\.woff2$/.test(name));
        if (font === undefined) throw new Error("there is no font");
        return [{ tag: "link", attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href: `/${font}` }, injectTo: "head" }];
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), precompressed(), earlyFont()],
  resolve: { alias: { "~": fileURLToPath(new URL("./src", import.meta.url)) } },
  // Data URLs would need another source in the policy, and inline scripts are not allowed at all.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  css: { modules: { localsConvention: "camelCaseOnly" } },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: {
    projects: [
      { extends: true, test: { name: "pure", include: ["src/**/*.test.ts"], environment: "node" } },
      { extends: true, test: { name: "components", include: ["src/**/*.test.tsx"], environment: "jsdom", setupFiles: ["src/test/setup.ts"], testTimeout: 240_000 } },
    ],
  },
});
