import { bilingual } from "./bilingual";

/** The business review of a relationship as a file. */
export const packs = bilingual({
  en: {
    open: "Business review",
    title: "Business review as a file",
    lead: "Tier and why, both sides' scorecards, facts, engagements and actions of a period, each figure with its source.",
    period: "Period",
    audience: "For",
    audiences: { internal: "Ourselves", external: "Their eyes too" },
    internal: "Holds what is said among us: do not hand it out.",
    external: "Leaves out summaries, values, issues and our own actions.",
    format: "As",
    formats: { pdf: "PDF", pptx: "Slides (PPTX)", xlsx: "Workbook (XLSX)" },
    download: "Download",
    failed: "It was not made: try again.",
  },
  de: {
    open: "Geschäftsbericht",
    title: "Geschäftsbericht als Datei",
    lead: "Stufe und Gründe, die Bewertungen beider Seiten, Fakten, Vorhaben und Aufgaben eines Zeitraums, jede Zahl mit ihrer Quelle.",
    period: "Zeitraum",
    audience: "Für",
    audiences: { internal: "Uns selbst", external: "Auch die andere Seite" },
    internal: "Enthält, was unter uns gesagt ist: nicht weitergeben.",
    external: "Lässt Zusammenfassungen, Werte, Probleme und unsere eigenen Aufgaben weg.",
    format: "Als",
    formats: { pdf: "PDF", pptx: "Folien (PPTX)", xlsx: "Arbeitsmappe (XLSX)" },
    download: "Herunterladen",
    failed: "Die Datei wurde nicht erstellt: bitte noch einmal versuchen.",
  },
});
