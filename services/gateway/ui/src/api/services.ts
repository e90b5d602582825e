import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import type { SERVICES } from "./serviceNames";

export type Health = Schemas["HealthOut"];

/** Every service of the installation has the same administrative routes under its own name. */
export type ServiceName = (typeof SERVICES)[number];

/** How often the health of a service is read again. */
export const HEALTH_EVERY_S = 5;

export const health = (service: ServiceName) =>
  queryOptions({
    queryKey: ["health", service],
    queryFn: ({ signal }) => unwrap(api.GET(`/api/v1/services/${service}/health`, { signal })),
    refetchInterval: 1000 * HEALTH_EVERY_S,
    retry: false,
  });
