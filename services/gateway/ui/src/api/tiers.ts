import type { Schemas } from "./client";
import { valuesOf } from "./enums";

/** From the lowest to the highest. */
export const TIERS = valuesOf<Schemas["Tier"]>({ transactional: true, preferred: true, strategic: true, partnership: true });
