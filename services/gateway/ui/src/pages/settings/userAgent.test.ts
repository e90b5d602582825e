import { expect, test } from "vitest";
import { describeUserAgent } from "./userAgent";

test("a browser is named by its own name, not by those that it claims to resemble", () => {
  const described = (agent: string) => {
    const found = describeUserAgent(agent);
    return found && [found.program, found.system];
  };

  expect(described("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0")).toEqual(["Edge", "Windows"]);
  expect(described("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36")).toEqual(["Chrome", "Linux"]);
  expect(described("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1")).toEqual(["Safari", "iPhone"]);
  expect(described("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0")).toEqual(["Firefox", "macOS"]);
  expect(described("curl/8.5.0")).toEqual(["curl", null]);
  expect(described("")).toBeNull();
});
