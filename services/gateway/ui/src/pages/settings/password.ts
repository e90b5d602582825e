/** Without letters and digits that are easily confused. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 5;
const OF = 4;

/** A random password to hand over: five groups of four, 99 bits. `random` gives that many random bytes. */
export function generatePassword(random: (count: number) => Uint8Array = (count) => crypto.getRandomValues(new Uint8Array(count))): string {
  const letters: string[] = [];
  while (letters.length < GROUPS * OF) {
    // Bytes past the last whole multiple of the letters would make the first letters likelier.
    for (const byte of random(GROUPS * OF)) if (byte < 256 - (256 % LETTERS.length)) letters.push(LETTERS[byte % LETTERS.length] ?? "");
  }
  return Array.from({ length: GROUPS }, (_, group) => letters.slice(group * OF, (group + 1) * OF).join("")).join("-");
}
