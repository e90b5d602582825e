import type { Schemas } from "~/api/client";
import { bilingual } from "./bilingual";

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
