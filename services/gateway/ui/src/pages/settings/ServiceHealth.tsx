import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SERVICES } from "~/api/serviceNames";
import { health, type Health, HEALTH_EVERY_S, type ServiceName } from "~/api/services";
import { VerdictMark } from "~/components/VerdictMark";
import { Loading } from "~/components/states";
import { nameOf, settings, type SettingsTexts } from "~/text/settings";
import { useLocale, useTexts } from "~/text/locale";
import { type Fault, faultsOf, type HealthByService, isWorking, outcomeOf, SILENT_AFTER_S } from "./faults";
import { Section } from "./Section";
import styles from "./Settings.module.css";

/** The faults of the installation, in a sentence each; then what every service reports. */
export function ServiceHealth() {
  const words = useTexts(settings);
  const asked = useQueries({ queries: SERVICES.map(health) });
  const healths: HealthByService = new Map(SERVICES.map((name, at) => [name, asked[at]?.error != null ? null : asked[at]?.data]));
  const isAsked = [...healths.values()].every((each) => each !== undefined);
  const faults = faultsOf(healths);
  return (
    <Section title={words.sections.health} lead={words.healthLead(HEALTH_EVERY_S)}>
      {!isAsked && <Loading lines={6} />}
      {isAsked && (
        <>
          <div role="status" className={styles["verdict"]} data-is={faults.length > 0 ? "bad" : "good"}>
            <p>
              <VerdictMark is={faults.length > 0 ? "bad" : "good"} /> <strong>{faults.length === 0 ? words.allWell : words.needsLook(faults.length)}</strong>
            </p>
            <ul>
              {faults.map((fault) => (
                <li key={JSON.stringify(fault)}>{sentenceOf(fault, words)}</li>
              ))}
            </ul>
          </div>
          <Services healths={healths} />
          <Tasks healths={healths} />
        </>
      )}
    </Section>
  );
}

function sentenceOf(fault: Fault, words: SettingsTexts): string {
  if (fault.kind === "versions") return words.faults.versions;
  const service = nameOf(fault.service);
  return fault.kind === "task" ? words.faults.task(service, words.taskNames[fault.task] ?? fault.task) : words.faults[fault.kind](service, SILENT_AFTER_S);
}

function Services({ healths }: { healths: HealthByService }) {
  const words = useTexts(settings);
  return (
    <table className={styles["table"]}>
      <thead>
        <tr>
          {[words.service, words.worker, words.outbox, words.lag, words.dead, words.version, words.database].map((label) => (
            <th key={label} scope="col">{label}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {SERVICES.map((name) => (
          <tr key={name}>
            <th scope="row">{nameOf(name)}</th>
            <Service name={name} health={healths.get(name) ?? null} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Service({ name, health }: { name: ServiceName; health: Health | null }) {
  const { format } = useLocale();
  const words = useTexts(settings);
  if (health === null) {
    return (
      <td colSpan={6}>
        <Finding isBad text={words.answersNot} />
      </td>
    );
  }
  const now = new Date(health.checked_at);
  const oldest = format.ago(new Date(now.getTime() - 1000 * health.outbox_oldest_age_s).toISOString(), now);
  const faults = new Set(faultsOf(new Map([[name, health]])).map(({ kind }) => kind));
  return (
    <>
      <td data-label={words.worker}>
        <Finding isBad={!isWorking(health)} text={health.worker_seen_at === null ? words.notSeen : words.seen(format.ago(health.worker_seen_at, now))} />
      </td>
      <td data-label={words.outbox}>
        <Finding isBad={faults.has("outbox")} text={health.outbox_pending === 0 ? words.noneWait : `${format.whole(health.outbox_pending)}, ${words.oldest(oldest)}`} />
      </td>
      <td data-label={words.lag}>
        <Finding isBad={health.lag === null} text={health.lag === null ? words.notKnown : health.lag === 0 ? words.noneWait : format.whole(health.lag)} />
      </td>
      <td data-label={words.dead}>
        {health.dead_letters === 0 ? (
          <Finding text={words.noneWait} />
        ) : (
          <Link to="/settings/$section" params={{ section: "dead-letters" }} search={{ service: name }} className={styles["link"]}>
            <Finding isBad text={format.whole(health.dead_letters)} />
          </Link>
        )}
      </td>
      <td data-label={words.version} className="figures">{health.version}</td>
      <td data-label={words.database} className="figures">{health.revision}</td>
    </>
  );
}

function Finding({ text, isBad = false }: { text: string; isBad?: boolean }) {
  return (
    <span className={styles["mark"]} data-is={isBad ? "bad" : undefined}>
      {isBad && <VerdictMark is="bad" size={8} />}
      {text}
    </span>
  );
}

function Tasks({ healths }: { healths: HealthByService }) {
  const { format } = useLocale();
  const words = useTexts(settings);
  return (
    <>
      <h3 className={styles["sub"]}>{words.tasks}</h3>
      <table className={styles["table"]}>
        <thead>
          <tr>
            {[words.task, words.service, words.lastRun, words.nextRun, words.outcome].map((label) => (
              <th key={label} scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {SERVICES.flatMap((name) =>
            (healths.get(name)?.tasks ?? []).map((task) => {
              const isFailed = typeof task.last_outcome?.["failed"] === "string";
              return (
                <tr key={`${name} ${task.name}`}>
                  <td>{words.taskNames[task.name] ?? task.name}</td>
                  <td>{nameOf(name)}</td>
                  <td data-label={words.lastRun}>{task.last_run_at === null ? words.never : format.ago(task.last_run_at, new Date(healths.get(name)?.checked_at ?? Date.now()))}</td>
                  <td data-label={words.nextRun}>{format.moment(task.next_run_at)}</td>
                  <td className={isFailed ? styles["bad"] : undefined}>{outcomeOf(task.last_outcome) || words.nothingDone}</td>
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
    </>
  );
}
