import { expect, test } from "vitest";
import { describeUserAgent } from "./userAgent";

test("a browser is named by what it is, not by those it says it is like", () => {
  const said = (agent: string) => {
    const found = describeUserAgent(agent);
    return found && [found.program, found.system];
  };

  expect(said("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0")).toEqual(["Edge", "Windows"]);
  expect(said("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36")).toEqual(["Chrome", "Linux"]);
  expect(said("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1")).toEqual(["Safari", "iPhone"]);
  expect(said("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0")).toEqual(["Firefox", "macOS"]);
  expect(said("curl/8.5.0")).toEqual(["curl", null]);
  expect(said("")).toBeNull();
});
