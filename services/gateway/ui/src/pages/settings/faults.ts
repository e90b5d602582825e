import type { Health, ServiceName } from "~/api/services";

/** The faults of an installation, by the health that its services report. Pure. */

export type Fault =
  | { kind: "silent" | "worker" | "outbox" | "lag" | "dead"; service: ServiceName }
  | { kind: "task"; service: ServiceName; task: string }
  | { kind: "versions" };

/** A worker that has not reported for longer, or an event that has waited for longer, is a fault. */
export const SILENT_AFTER_S = 60;

/** `null` where a service does not answer, `undefined` where it has not been asked yet. */
export type HealthByService = ReadonlyMap<ServiceName, Health | null | undefined>;

export function faultsOf(healths: HealthByService): Fault[] {
  const faults: Fault[] = [];
  const versions = new Set<string>();
  for (const [name, health] of healths) {
    if (health === undefined) continue;
    if (health === null) {
      faults.push({ kind: "silent", service: name });
      continue;
    }
    versions.add(health.version);
    if (!isWorking(health)) faults.push({ kind: "worker", service: name });
    else if (health.lag === null) faults.push({ kind: "lag", service: name });
    if (health.outbox_oldest_age_s > SILENT_AFTER_S) faults.push({ kind: "outbox", service: name });
    if (health.dead_letters > 0) faults.push({ kind: "dead", service: name });
    for (const task of health.tasks) if (task.last_outcome?.["failed"] !== undefined && typeof task.last_outcome["failed"] === "string") faults.push({ kind: "task", service: name, task: task.name });
  }
  if (versions.size > 1) faults.push({ kind: "versions" });
  return faults;
}

/** Whether the worker has reported lately. Both times are by the service's own clock. */
export function isWorking({ worker_seen_at, checked_at }: Pick<Health, "worker_seen_at" | "checked_at">): boolean {
  return worker_seen_at !== null && Date.parse(checked_at) - Date.parse(worker_seen_at) <= SILENT_AFTER_S * 1000;
}

/** `3 drafts, 1 notice`: the counts of a task other than zero. */
export function outcomeOf(outcome: Record<string, unknown> | null): string {
  if (outcome === null) return "";
  return Object.entries(outcome)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => (typeof value === "number" ? `${value} ${name.replaceAll("_", " ")}` : String(value)))
    .join(", ");
}
