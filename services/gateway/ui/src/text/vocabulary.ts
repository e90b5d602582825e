import type { Schemas } from "~/api/client";
import { bilingual, plural } from "./bilingual";

/** By kind of evidence: what moved the score up or down, and what would move it up; null where the count is not known. */
interface EvidencePhrases {
  good: Record<Schemas["Kind"], (count: number | null) => string>;
  bad: Record<Schemas["Kind"], (count: number | null) => string>;
  way: Record<Schemas["Kind"], (count: number) => string>;
}

interface Vocabulary {
  tier: Record<Schemas["Tier"], string>;
  rung: Record<"R0" | "R1" | "R2" | "R3" | "R4" | "R5", string>;
  experience: Record<Schemas["Experience"], string>;
  findings: Record<Schemas["Findings"], string>;
  region: Record<Schemas["Region"], string>;
  size: Record<Schemas["AccountSize"], string>;
  mode: Record<Schemas["EngagementMode"], string>;
  stage: Record<Schemas["EngagementStage"], string>;
  engagementType: Record<Schemas["EngagementType"], string>;
  interactionKind: Record<Schemas["InteractionKind"], string>;
  attributeGroup: Record<"capabilities" | "compatibility" | "expertise" | "quality" | "reliability" | "service" | "sponsor_conduct", string>;
  evidence: EvidencePhrases;
  severity: Record<Schemas["IssueSeverity"], string>;
  unproven: string;
  restricted: string;
  forSponsor: string;
  none: string;
}

/** Labels of the API's vocabularies by their values. The type check fails where a value of the API has no label. */
export const vocabulary = bilingual<Vocabulary>({
  en: {
    tier: { transactional: "Transactional", preferred: "Preferred", strategic: "Strategic", partnership: "Partnership" },
    rung: { R0: "Qualifying", R1: "One-off", R2: "Repeat", R3: "Preferred use", R4: "Strategic", R5: "Integrated" },
    experience: { below: "Below", meets: "Meets", exceeds: "Exceeds" },
    findings: { none: "None", minor: "Minor", major: "Major", critical: "Critical" },
    region: { north_america: "North America", europe: "Europe", asia_pacific: "Asia-Pacific", rest_of_world: "Rest of the world" },
    size: { small: "Small", mid: "Mid-size", large: "Large" },
    mode: { tactical: "One-off", programme: "Programme", strategic: "Strategic" },
    stage: {
      identified: "Identified", rfp: "RFP", diligence: "Diligence", contracted: "Contracted", kickoff: "Kick-off",
      tech_transfer: "Tech transfer", executing: "Executing", steady_state: "Steady state", closing: "Closing",
      closed: "Closed", on_hold: "On hold", cancelled: "Cancelled", lost: "Lost",
    },
    engagementType: {
      capacity_only: "Capacity only", simple_one_off: "Simple one-off", early_development: "Early development",
      process_development: "Process development", analytical: "Analytical", tech_transfer_scale_up: "Tech transfer and scale-up",
      clinical_supply: "Clinical supply", process_validation: "Process validation", commercial_supply: "Commercial supply",
      lifecycle_change: "Life-cycle change", packaging_logistics: "Packaging and logistics", co_development: "Co-development",
      multi_product_programme: "Multi-product programme",
    },
    interactionKind: {
      call: "Call", email: "E-mail", note: "Note", working_meeting: "Working meeting", kickoff: "Kick-off",
      technical_review: "Technical review", quality_review: "Quality review", forecast_review: "Forecast review",
      site_visit: "Site visit", audit: "Audit", inspection: "Inspection", business_review: "Business review",
      steering_committee: "Steering committee", executive_review: "Executive review", health_check: "Health check",
      escalation: "Escalation", change_request: "Change request", deviation: "Deviation", negotiation: "Negotiation",
      rfp: "RFP", proposal: "Proposal", technology_scouting: "Technology scouting", training: "Training",
      conference: "Conference", recognition: "Recognition",
    },
    attributeGroup: {
      capabilities: "Capabilities", compatibility: "Compatibility", expertise: "Expertise", quality: "Quality",
      reliability: "Reliability", service: "Service", sponsor_conduct: "Sponsor's conduct",
    },
    evidence: {
      good: {
        delivery: (n) => (n === null ? "deliveries that kept the first promise" : plural(n, "delivery kept the first promise", "deliveries kept the first promise")),
        interaction: (n) => (n === null ? "interactions that met or exceeded" : plural(n, "interaction met or exceeded", "interactions met or exceeded")),
        milestone: (n) => (n === null ? "milestones on time" : plural(n, "milestone on time", "milestones on time")),
        scorecard: (n) => (n === null ? "scorecards above the starting score" : plural(n, "scorecard above the starting score", "scorecards above the starting score")),
        audit: (n) => (n === null ? "audits with good findings" : plural(n, "audit with good findings", "audits with good findings")),
      },
      bad: {
        delivery: (n) => (n === null ? "deliveries late or refused" : plural(n, "delivery late or refused", "deliveries late or refused")),
        interaction: (n) => (n === null ? "interactions below" : plural(n, "interaction below", "interactions below")),
        milestone: (n) => (n === null ? "milestones late or below" : plural(n, "milestone late or below", "milestones late or below")),
        scorecard: (n) => (n === null ? "scorecards below the starting score" : plural(n, "scorecard below the starting score", "scorecards below the starting score")),
        audit: (n) => (n === null ? "audits with bad findings" : plural(n, "audit with bad findings", "audits with bad findings")),
      },
      way: {
        delivery: (n) => plural(n, "delivery kept", "deliveries kept"),
        interaction: (n) => plural(n, "interaction that exceeds", "interactions that exceed"),
        milestone: (n) => plural(n, "milestone on time", "milestones on time"),
        scorecard: (n) => plural(n, "full scorecard", "full scorecards"),
        audit: (n) => plural(n, "audit without findings", "audits without findings"),
      },
    },
    severity: { minor: "Minor", major: "Major", critical: "Critical" },
    unproven: "Unproven",
    restricted: "Restricted to its team",
    forSponsor: "for",
    none: "none",
  },
  de: {
    tier: { transactional: "Transaktional", preferred: "Bevorzugt", strategic: "Strategisch", partnership: "Partnerschaft" },
    rung: { R0: "In Prüfung", R1: "Einzelprojekt", R2: "Wiederholt", R3: "Bevorzugte Nutzung", R4: "Strategisch", R5: "Integriert" },
    experience: { below: "Nicht erfüllt", meets: "Erfüllt", exceeds: "Übertroffen" },
    findings: { none: "Keine", minor: "Gering", major: "Erheblich", critical: "Kritisch" },
    region: { north_america: "Nordamerika", europe: "Europa", asia_pacific: "Asien-Pazifik", rest_of_world: "Übrige Welt" },
    size: { small: "Klein", mid: "Mittel", large: "Groß" },
    mode: { tactical: "Einmalig", programme: "Programm", strategic: "Strategisch" },
    stage: {
      identified: "Identifiziert", rfp: "Ausschreibung", diligence: "Prüfung", contracted: "Beauftragt", kickoff: "Auftakt",
      tech_transfer: "Technologietransfer", executing: "In Arbeit", steady_state: "Regelbetrieb", closing: "Im Abschluss",
      closed: "Abgeschlossen", on_hold: "Ruht", cancelled: "Abgebrochen", lost: "Verloren",
    },
    engagementType: {
      capacity_only: "Nur Kapazität", simple_one_off: "Einfaches Einzelprojekt", early_development: "Frühe Entwicklung",
      process_development: "Prozessentwicklung", analytical: "Analytik", tech_transfer_scale_up: "Transfer und Scale-up",
      clinical_supply: "Klinische Versorgung", process_validation: "Prozessvalidierung", commercial_supply: "Marktversorgung",
      lifecycle_change: "Lebenszyklus-Änderung", packaging_logistics: "Verpackung und Logistik", co_development: "Gemeinsame Entwicklung",
      multi_product_programme: "Mehrprodukt-Programm",
    },
    interactionKind: {
      call: "Anruf", email: "E-Mail", note: "Notiz", working_meeting: "Arbeitstreffen", kickoff: "Auftakt",
      technical_review: "Technisches Review", quality_review: "Qualitätsreview", forecast_review: "Prognosereview",
      site_visit: "Besuch vor Ort", audit: "Audit", inspection: "Inspektion", business_review: "Geschäftsreview",
      steering_committee: "Lenkungsausschuss", executive_review: "Leitungsreview", health_check: "Beziehungscheck",
      escalation: "Eskalation", change_request: "Änderungsantrag", deviation: "Abweichung", negotiation: "Verhandlung",
      rfp: "Ausschreibung", proposal: "Angebot", technology_scouting: "Technologiesuche", training: "Schulung",
      conference: "Konferenz", recognition: "Anerkennung",
    },
    attributeGroup: {
      capabilities: "Fähigkeiten", compatibility: "Passung", expertise: "Fachwissen", quality: "Qualität",
      reliability: "Verlässlichkeit", service: "Service", sponsor_conduct: "Verhalten des Auftraggebers",
    },
    evidence: {
      good: {
        delivery: (n) => (n === null ? "Lieferungen zum ersten Termin" : plural(n, "Lieferung zum ersten Termin", "Lieferungen zum ersten Termin")),
        interaction: (n) => (n === null ? "Interaktionen erfüllt oder besser" : plural(n, "Interaktion erfüllt oder besser", "Interaktionen erfüllt oder besser")),
        milestone: (n) => (n === null ? "Meilensteine pünktlich" : plural(n, "Meilenstein pünktlich", "Meilensteine pünktlich")),
        scorecard: (n) => (n === null ? "Scorecards über dem Ausgangswert" : plural(n, "Scorecard über dem Ausgangswert", "Scorecards über dem Ausgangswert")),
        audit: (n) => (n === null ? "Audits mit gutem Befund" : plural(n, "Audit mit gutem Befund", "Audits mit gutem Befund")),
      },
      bad: {
        delivery: (n) => (n === null ? "Lieferungen zu spät oder abgelehnt" : plural(n, "Lieferung zu spät oder abgelehnt", "Lieferungen zu spät oder abgelehnt")),
        interaction: (n) => (n === null ? "Interaktionen nicht erfüllt" : plural(n, "Interaktion nicht erfüllt", "Interaktionen nicht erfüllt")),
        milestone: (n) => (n === null ? "Meilensteine zu spät oder nicht erfüllt" : plural(n, "Meilenstein zu spät oder nicht erfüllt", "Meilensteine zu spät oder nicht erfüllt")),
        scorecard: (n) => (n === null ? "Scorecards unter dem Ausgangswert" : plural(n, "Scorecard unter dem Ausgangswert", "Scorecards unter dem Ausgangswert")),
        audit: (n) => (n === null ? "Audits mit schlechtem Befund" : plural(n, "Audit mit schlechtem Befund", "Audits mit schlechtem Befund")),
      },
      way: {
        delivery: (n) => plural(n, "pünktliche Lieferung", "pünktliche Lieferungen"),
        interaction: (n) => plural(n, "Interaktion, die übertrifft", "Interaktionen, die übertreffen"),
        milestone: (n) => plural(n, "pünktlicher Meilenstein", "pünktliche Meilensteine"),
        scorecard: (n) => plural(n, "volle Scorecard", "volle Scorecards"),
        audit: (n) => plural(n, "Audit ohne Befund", "Audits ohne Befund"),
      },
    },
    severity: { minor: "Gering", major: "Erheblich", critical: "Kritisch" },
    unproven: "Unbelegt",
    restricted: "Nur für sein Team",
    forSponsor: "für",
    none: "keine",
  },
});

/** The values of a vocabulary with their labels, as the options of a choice. */
export function optionsOf<Value extends string>(labels: Readonly<Record<Value, string>>): { value: Value; label: string }[] {
  const options: { value: Value; label: string }[] = [];
  for (const value in labels) options.push({ value, label: labels[value] });
  return options;
}

/** The label of a value that the API types as any string; the value itself where it has none. */
export function labelOf(labels: Readonly<Record<string, string>>, value: string): string {
  return labels[value] ?? value;
}
