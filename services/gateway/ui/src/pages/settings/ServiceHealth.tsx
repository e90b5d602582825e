import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { health, type Health, HEALTH_EVERY_S, type ServiceName, SERVICES } from "~/api/services";
import { Sign } from "~/components/Sign";
import { Loading } from "~/components/states";
import { settings, type SettingsTexts } from "~/text/settings";
import { useLocale, useTexts } from "~/text/locale";
import { type Fault, faultsOf, isWorking, outcomeOf, SILENT_AFTER_S } from "./faults";
import { Section } from "./Section";
import styles from "./Settings.module.css";

type Told = Record<ServiceName, Health | null | undefined>;

/** What is amiss, in a sentence each; then what every service says of itself. */
export function ServiceHealth() {
  const words = useTexts(settings);
  const asked = useQueries({ queries: SERVICES.map(health) });
  const told = Object.fromEntries(SERVICES.map((name, at) => [name, asked[at]?.error != null ? null : asked[at]?.data])) as Told;
  const isAsked = Object.values(told).every((each) => each !== undefined);
  const faults = faultsOf(told);
  return (
    <Section title={words.sections.health} lead={words.healthLead(HEALTH_EVERY_S)}>
      {!isAsked && <Loading lines={6} />}
      {isAsked && (
        <>
          <div role="status" className={styles["verdict"]} data-is={faults.length > 0 ? "bad" : "good"}>
            <p>
              <Sign is={faults.length > 0 ? "bad" : "good"} /> <strong>{faults.length === 0 ? words.allWell : words.needsLook(faults.length)}</strong>
            </p>
            <ul>
              {faults.map((fault) => (
                <li key={JSON.stringify(fault)}>{sentenceOf(fault, words)}</li>
              ))}
            </ul>
          </div>
          <Services told={told} />
          <Tasks told={told} />
        </>
      )}
    </Section>
  );
}

function sentenceOf(fault: Fault, words: SettingsTexts): string {
  if (fault.kind === "versions") return words.faults.versions;
  const service = words.services[fault.service];
  return fault.kind === "task" ? words.faults.task(service, words.taskNames[fault.task] ?? fault.task) : words.faults[fault.kind](service, SILENT_AFTER_S);
}

function Services({ told }: { told: Told }) {
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
            <th scope="row">{words.services[name]}</th>
            <Service name={name} health={told[name] ?? null} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Service({ name, health: said }: { name: ServiceName; health: Health | null }) {
  const { format } = useLocale();
  const words = useTexts(settings);
  if (said === null) {
    return (
      <td colSpan={6}>
        <Finding isBad text={words.answersNot} />
      </td>
    );
  }
  const now = new Date(said.checked_at);
  const oldest = format.ago(new Date(now.getTime() - 1000 * said.outbox_oldest_age_s).toISOString(), now);
  const faults = new Set(faultsOf({ [name]: said } as Told).map(({ kind }) => kind));
  return (
    <>
      <td data-label={words.worker}>
        <Finding isBad={!isWorking(said)} text={said.worker_seen_at === null ? words.notSeen : words.seen(format.ago(said.worker_seen_at, now))} />
      </td>
      <td data-label={words.outbox}>
        <Finding isBad={faults.has("outbox")} text={said.outbox_pending === 0 ? words.noneWait : `${format.whole(said.outbox_pending)}, ${words.oldest(oldest)}`} />
      </td>
      <td data-label={words.lag}>
        <Finding isBad={said.lag === null} text={said.lag === null ? words.notKnown : said.lag === 0 ? words.noneWait : format.whole(said.lag)} />
      </td>
      <td data-label={words.dead}>
        {said.dead_letters === 0 ? (
          <Finding text={words.noneWait} />
        ) : (
          <Link to="/settings/$section" params={{ section: "dead-letters" }} search={{ service: name }} className={styles["link"]}>
            <Finding isBad text={format.whole(said.dead_letters)} />
          </Link>
        )}
      </td>
      <td data-label={words.version} className="figures">{said.version}</td>
      <td data-label={words.database} className="figures">{said.revision}</td>
    </>
  );
}

function Finding({ text, isBad = false }: { text: string; isBad?: boolean }) {
  return (
    <span className={styles["mark"]} data-is={isBad ? "bad" : undefined}>
      {isBad && <Sign is="bad" size={8} />}
      {text}
    </span>
  );
}

function Tasks({ told }: { told: Told }) {
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
            (told[name]?.tasks ?? []).map((task) => {
              const isFailed = typeof task.last_outcome?.["failed"] === "string";
              return (
                <tr key={`${name} ${task.name}`}>
                  <td>{words.taskNames[task.name] ?? task.name}</td>
                  <td>{words.services[name]}</td>
                  <td data-label={words.lastRun}>{task.last_run_at === null ? words.never : format.ago(task.last_run_at, new Date(told[name]?.checked_at ?? Date.now()))}</td>
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
