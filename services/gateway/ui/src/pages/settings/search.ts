import { SERVICES } from "~/api/serviceNames";
import type { ServiceName } from "~/api/services";

/** The service whose dead letters are shown, as it is in the address. */
export interface SettingsSearch {
  service?: ServiceName;
}

export function settingsSearch(search: Record<string, unknown>): SettingsSearch {
  const service = SERVICES.find((each) => each === search["service"]);
  return service === undefined ? {} : { service };
}
