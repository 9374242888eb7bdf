import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
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
