// What both drivers share: reading the exported day, timing, and the document they write.
import { readFileSync, writeFileSync } from "node:fs";

/** Rows of a table written by the exporter: no quotes, no blank values that matter. */
export function rows(path) {
  const [header, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const values = line.split(",");
    return Object.fromEntries(names.map((name, at) => [name, values[at]]));
  });
}

export function seconds(clock) {
  const [hours, minutes, secs] = clock.split(":");
  return +hours * 3600 + +minutes * 60 + +secs;
}

/** CPU milliseconds of the whole process, and what the work gave. */
export function timed(work) {
  const before = process.cpuUsage();
  const answer = work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000, answer];
}

/** Runs every query, after a warm-up for the compiler of Node. */
export function measure(queries, warmUp, answer) {
  for (const query of queries.slice(0, warmUp)) answer(query);
  return queries.map((query) => {
    const [ms, found] = timed(() => answer(query));
    return { ms, found };
  });
}

/** Bytes on the heap, after a collection. */
export function heapBytes() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

export function write(path, document) {
  writeFileSync(path, JSON.stringify(document));
}
