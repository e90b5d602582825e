/** A text as a search compares it, as the API does: any case, accents or not, full width, however it is spaced. */
export function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ς", "σ")
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\p{Cf}]/gu, "")
    .normalize("NFKC")
    .replace(/\s+/gu, " ")
    .trim();
}
