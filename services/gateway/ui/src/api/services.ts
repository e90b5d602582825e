import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import type { paths } from "./schema";

export type Health = Schemas["HealthOut"];

/** Every service of the installation has the same administrative routes under its own name. */
export type ServiceName = { [Path in keyof paths]: Path extends `/api/v1/services/${infer Name}/health` ? Name : never }[keyof paths];

/** In the order in which they are shown; `satisfies` refuses a service that the API does not have. */
export const SERVICES = ["accounts", "engagements", "scorecards", "gateway"] as const satisfies ServiceName[];

/** How often the health of a service is read again. */
export const HEALTH_EVERY_S = 5;

export const health = (service: ServiceName) =>
  queryOptions({
    queryKey: ["health", service],
    queryFn: ({ signal }) => unwrap(api.GET(`/api/v1/services/${service}/health`, { signal })),
    refetchInterval: 1000 * HEALTH_EVERY_S,
    retry: false,
  });
