import { useQuery } from "@tanstack/react-query";
import { engagements } from "~/api/engagements";
import { ExperienceMark } from "~/components/marks";
import { Failed, Loading } from "~/components/states";
import { escaped } from "~/text/escaped";
import { useLocale } from "~/text/locale";
import styles from "./Relationship.module.css";

export function Engagements({ id }: { id: string }) {
  const { text, format } = useLocale();
  const words = text.relationship;
  const asked = useQuery(engagements(id));
  const projects = [...(asked.data ?? [])].sort((one, other) => (other.starts_on ?? "9").localeCompare(one.starts_on ?? "9"));
  return (
    <section className={`panel ${styles["panelIn"]}`}>
      <div className={styles["panelHead"]}>
        <h2>{words.engagements}</h2>
      </div>
      {asked.isPending && <Loading />}
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {asked.data?.length === 0 && <p className="quiet">{words.noEngagements}</p>}
      <ul className={styles["projects"]}>
        {projects.map((project) => (
          <li key={project.id}>
            <strong>{escaped(project.name)}</strong>
            <span className="quiet">{text.vocabulary.stage[project.stage]}</span>
            <span className={styles["small"]}>
              {text.vocabulary.engagementType[project.type]} · {text.vocabulary.mode[project.mode]} · <Complexity value={project.complexity} />
            </span>
            <span className={styles["small"]}>
              {project.contracted_on !== null && format.month(project.contracted_on)}
              {project.contracted_on !== null && ` – ${project.closed_on === null ? words.running : format.month(project.closed_on)}`}
              {project.outcome !== null && (
                <>
                  {" · "}
                  <ExperienceMark experience={project.outcome} size={8} /> {text.vocabulary.experience[project.outcome]}
                </>
              )}
              {project.would_use_again !== null && `, ${words.wouldUseAgain[project.would_use_again]}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Complexity({ value }: { value: number }) {
  const { text } = useLocale();
  return (
    <span className={styles["dots"]} role="img" aria-label={text.relationship.complexity(value)}>
      {[1, 2, 3, 4, 5].map((step) => (
        <i key={step} data-on={step <= value || undefined} />
      ))}
    </span>
  );
}
