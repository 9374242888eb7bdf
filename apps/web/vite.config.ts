import { fileURLToPath } from "node:url";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vite";
import type { Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The licences of everything that ends up in the pages, beside them as licences.txt. */
function licences(): Plugin {
  type Package = { dev?: boolean; optional?: boolean; version?: string; license?: string };
  return {
    name: "licences",
    generateBundle() {
      const lock = JSON.parse(readFileSync(here("package-lock.json"), "utf8")) as {
        packages: Record<string, Package>;
      };
      const texts = Object.entries(lock.packages).flatMap(([path, { dev, version, license }]) => {
        if (!path || dev || !existsSync(here(path))) return [];
        const file = readdirSync(here(path)).find((name) => /^licen[cs]e(\.|$)/i.test(name));
        const text = file ? readFileSync(here(`${path}/${file}`), "utf8").trim() : "";
        return [`${path.replace(/^.*node_modules\//, "")} ${version ?? ""} (${license ?? "see below"})\n\n${text}`];
      });
      this.emitFile({ type: "asset", fileName: "licences.txt", source: `${texts.join("\n\n---\n\n")}\n` });
    },
  };
}

export default defineConfig({
  plugins: [licences()],
  build: {
    outDir: "static",
    emptyOutDir: true,
    target: "es2022",
    // maplibre-gl is one large module that loads after the page is usable.
    chunkSizeWarningLimit: 1600,
    rollupOptions: {
      input: {
        index: here("index.html"),
        booking: here("booking.html"),
        driver: here("driver.html"),
        account: here("account.html"),
        docs: here("docs.html"),
      },
      output: {
        // One extension for every script: servers differ in what they call .mjs.
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
      },
    },
  },
  worker: {
    format: "es",
    rollupOptions: { output: { entryFileNames: "assets/[name]-[hash].js" } },
  },
  server: {
    // `npm run dev` beside a running service; everything under /v1 is the service's.
    proxy: { "/v1": process.env.MEGURI_API ?? "http://127.0.0.1:8000" },
  },
});
