/// <reference types="node" />
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = fileURLToPath(new URL("..", import.meta.url));

/** The modules that each module imports, types included, by their paths without endings; those loaded later count as well. */
function importsByModule(): Map<string, string[]> {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file) && !/\.d\.ts$|\.test\./.test(file));
  const nameOf = (path: string) => relative(SRC, normalize(path)).replace(/\.tsx?$/, "");
  return new Map(
    files.map((file) => {
      const found = [...readFileSync(join(SRC, file), "utf8").matchAll(/(?:from|import\() ?"([.~]\.?\/[^"]+)"/g)].map(([, path = ""]) => path);
      return [nameOf(join(SRC, file)), found.map((path) => nameOf(path.startsWith("~") ? join(SRC, path.slice(2)) : join(SRC, dirname(file), path)))];
    }),
  );
}

function cycleIn(imports: Map<string, string[]>): string[] | null {
  const done = new Set<string>();
  const search = (module: string, path: string[]): string[] | null => {
    if (path.includes(module)) return [...path.slice(path.indexOf(module)), module];
    if (done.has(module)) return null;
    for (const next of imports.get(module) ?? []) {
      const found = search(next, [...path, module]);
      if (found !== null) return found;
    }
    done.add(module);
    return null;
  };
  for (const module of imports.keys()) {
    const found = search(module, []);
    if (found !== null) return found;
  }
  return null;
}

test("no module of the UI imports itself by way of others", () => {
  const imports = importsByModule();

  expect(imports.get("pages/portfolio/Portfolio")).toContain("pages/portfolio/search"); // it reads what it means to
  expect(cycleIn(imports)).toBeNull();
});

test("a cycle of modules is found and named", () => {
  expect(cycleIn(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]))).toEqual(["b", "c", "b"]);
});
