import { expect, test } from "vitest";
import { generatePassword } from "./password";

test("a password is long, in groups, without letters that look alike, and never the same", () => {
  const made = new Set(Array.from({ length: 200 }, () => generatePassword()));

  expect(made.size).toBe(200);
  for (const password of made) expect(password).toMatch(/^([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}$/);
});

test("bytes that would make some letters likelier are thrown away", () => {
  let calls = 0;
  const random = (count: number) => new Uint8Array(count).fill((calls += 1) === 1 ? 255 : 0);

  expect(generatePassword(random)).toBe("aaaa-aaaa-aaaa-aaaa-aaaa");
  expect(calls).toBe(2);
});
