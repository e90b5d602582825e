/** Days that a promise was missed by; negative when kept early. */
export function daysLate(promised: string, done: string): number {
  return Math.round((Date.parse(done) - Date.parse(promised)) / 86_400_000);
}

/** The last day of each of the last calendar quarters, newest first. */
export function quarterEnds(today: string, count: number): string[] {
  const [year = 0, month = 1] = today.split("-").map(Number);
  const first = year * 4 + Math.floor((month - 1) / 3) - 1;
  return Array.from({ length: count }, (_, back) => {
    const quarter = first - back;
    return new Date(Date.UTC(Math.floor(quarter / 4), 3 * (quarter % 4) + 3, 0)).toISOString().slice(0, 10);
  });
}

export function quarterName(end: string): string {
  const [year, month = "12"] = end.split("-");
  return `Q${Number(month) / 3} ${year}`;
}

/** The first day of the quarter that ends on a day. */
export function quarterStart(end: string): string {
  const [year = 0, month = 12] = end.split("-").map(Number);
  return new Date(Date.UTC(year, month - 3, 1)).toISOString().slice(0, 10);
}
