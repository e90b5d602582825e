import { bilingual } from "./bilingual";

/** The business review of a relationship as a file. */
export const packs = bilingual({
  en: {
    open: "Business review",
    title: "Business review as a file",
    lead: "Tier and why, both sides' scorecards, facts, engagements and actions of a period, each figure with its source.",
    period: "Period",
    audience: "For",
    audiences: { internal: "Us only", external: "Shared with them" },
    internal: "Contains internal notes: do not hand it out.",
    external: "Leaves out summaries, values, issues and our own actions.",
    format: "Format",
    formats: { pdf: "PDF", pptx: "Slides (PPTX)", xlsx: "Workbook (XLSX)" },
    download: "Download",
    failed: "The file could not be created. Try again.",
  },
  de: {
    open: "Geschäftsreview",
    title: "Geschäftsreview als Datei",
    lead: "Stufe und Gründe, die Scorecards beider Seiten, Fakten, Projekte und Aufgaben eines Zeitraums, jede Zahl mit ihrer Quelle.",
    period: "Zeitraum",
    audience: "Für",
    audiences: { internal: "Nur wir", external: "Auch die andere Seite" },
    internal: "Enthält Internes: nicht weitergeben.",
    external: "Lässt Zusammenfassungen, Werte, Probleme und unsere eigenen Aufgaben weg.",
    format: "Format",
    formats: { pdf: "PDF", pptx: "Folien (PPTX)", xlsx: "Arbeitsmappe (XLSX)" },
    download: "Herunterladen",
    failed: "Die Datei konnte nicht erstellt werden. Bitte erneut versuchen.",
  },
});
