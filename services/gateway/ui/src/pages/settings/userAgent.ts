/** Browser or program and operating system of a User-Agent header. Browsers also name those that they resemble, so the order counts. */
const PROGRAMS: [name: string, mark: RegExp][] = [
  ["Edge", /\bEdg(e|A|iOS)?\//], ["Opera", /\bOPR\//], ["Samsung Internet", /\bSamsungBrowser\//], ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /\b(Headless)?Chrom(e|ium)\/|\bCriOS\//], ["Safari", /\bVersion\/.*Safari\//], ["curl", /^curl\//],
];
const SYSTEMS: [name: string, mark: RegExp][] = [
  ["iPhone", /\biPhone\b/], ["iPad", /\biPad\b/], ["Android", /\bAndroid\b/], ["Windows", /\bWindows\b/], ["macOS", /\bMac OS X\b/],
  ["ChromeOS", /\bCrOS\b/], ["Linux", /\bLinux\b/],
];

export function describeUserAgent(agent: string): { program: string; system: string | null } | null {
  const found = (known: [string, RegExp][]) => known.find(([, mark]) => mark.test(agent))?.[0];
  const program = found(PROGRAMS);
  return program === undefined ? null : { program, system: found(SYSTEMS) ?? null };
}
