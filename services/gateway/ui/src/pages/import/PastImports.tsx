import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useNames } from "~/api/actors";
import type { Schemas } from "~/api/client";
import { importsList } from "~/api/imports";
import { Failed, Loading, State } from "~/components/states";
import { imports } from "~/text/imports";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./Import.module.css";
import { ImportStatus } from "./ImportStatus";

export function PastImports() {
  const { format } = useLocale();
  const words = useTexts(imports);
  const asked = useInfiniteQuery(importsList);
  const jobs = asked.data?.pages.flatMap((page) => page.items) ?? [];
  const names = useNames(jobs.map((job) => job.actor_id));
  return (
    <section className={styles["earlier"]}>
      <h2>{words.earlier}</h2>
      {asked.isPending && <Loading />}
      {asked.error !== null && asked.data === undefined && <Failed error={asked.error} reset={() => void asked.refetch()} />}
      {asked.data !== undefined && jobs.length === 0 && <State title={words.none} lead={words.noneLead} />}
      {jobs.length > 0 && (
        <table className={styles["jobs"]}>
          <thead>
            <tr>
              <th scope="col">{words.file}</th>
              <th scope="col">{words.result}</th>
              <th scope="col" className={styles["number"]}>{words.lines}</th>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.by}</th>
            </tr>
          </thead>
          <tbody>
            {jobs.map((job) => (
              <tr key={job.id}>
                <td>
                  <Link to="/import/$id" params={{ id: job.id }}>
                    {job.file_name || "–"}
                  </Link>{" "}
                  {job.is_dry_run && <span className={styles["chip"]}>{words.dryRun}</span>}
                </td>
                <td>
                  <ImportStatus job={job} />
                </td>
                <td className={styles["number"]}>{linesOf(job, format.whole)}</td>
                <td>{format.moment(job.created_at)}</td>
                <td>{names[job.actor_id] ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asked.hasNextPage && (
        <Button mt="sm" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {words.noMore}
        </Button>
      )}
    </section>
  );
}

function linesOf(job: Schemas["ImportSummary"], whole: (value: number) => string): string {
  return job.lines_of === null ? "–" : whole(job.lines_of);
}
