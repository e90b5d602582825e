/** Days that a promise was missed by; negative when kept early. */
export function daysLate(promised: string, done: string): number {
  return Math.round((Date.parse(done) - Date.parse(promised)) / 86_400_000);
}
