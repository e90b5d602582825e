import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const STYLES = fileURLToPath(new URL("../node_modules/@mantine/core/styles/", import.meta.url));
const FILES: Record<string, string> = import.meta.glob("./**/*.tsx", { query: "?raw", import: "default", eager: true });
const OF_ALL = styled(readFileSync(fileURLToPath(new URL("./mantine.ts", import.meta.url)), "utf8"));

function styled(source: string): string[] {
  return [...source.matchAll(/styles\/(\w+)\.css/g)].map(([, name]) => name ?? "");
}

/** Parts of the library that a file shows, as far as they have styles of their own. */
function shown(source: string): string[] {
  const lists = [...source.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)].map(([, names]) => names ?? "");
  return lists.flatMap((names) => names.split(",").map((name) => name.trim())).filter((name) => existsSync(`${STYLES}${name}.css`));
}

test("every part of the library that a file shows comes with its styles", () => {
  const files = Object.entries(FILES);
  expect(files.length).toBeGreaterThan(50);
  for (const [file, source] of files) {
    const missing = shown(source).filter((name) => ![...OF_ALL, ...styled(source)].includes(name));
    expect(missing, file).toEqual([]);
  }
});
