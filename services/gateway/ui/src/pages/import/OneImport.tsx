import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useNames } from "~/api/actors";
import { api, type Schemas, unwrap } from "~/api/client";
import { type ImportJob, importJob, importsList, isUnderWay, preview } from "~/api/imports";
import { keys } from "~/api/keys";
import { useChange } from "~/components/change";
import { Failed, Loading } from "~/components/states";
import { useTitle } from "~/components/title";
import { imports } from "~/text/imports";
import { useLocale, useTexts } from "~/text/locale";
import { ChooseFile } from "./ChooseFile";
import styles from "./Import.module.css";
import { FormNotes } from "./FormNotes";
import { formOf } from "./mapping";
import { useRefusalReason } from "./useRefusalReason";
import { Refusals } from "./Refusals";
import { ImportStatus } from "./ImportStatus";
import { useImportUpload, useImportDraft } from "./importDraft";

/** One import: its progress, then the report of what it did, or would do. */
export function OneImport() {
  const { format } = useLocale();
  const words = useTexts(imports);
  const { id } = useParams({ from: "/signed-in/import/$id" });
  const asked = useQuery(importJob(id));
  const job = asked.data;
  const author = useNames([job?.actor_id])[job?.actor_id ?? ""];
  useTitle(job?.file_name || words.title);
  useFreshPortfolio(job);
  if (asked.error !== null && job === undefined) return <Failed error={asked.error} reset={() => void asked.refetch()} />;
  if (job === undefined) return <Loading lines={10} />;
  return (
    <>
      <nav className={styles["crumbs"]} aria-label={words.title}>
        <Link to="/import">{words.title}</Link>
      </nav>
      <div className={styles["head"]}>
        <h1>{job.file_name || words.title}</h1>
        <span className={styles["chip"]}>{job.is_dry_run ? words.dryRun : words.real}</span>
        <ImportStatus job={job} />
        <span className={styles["headEnd"]}>
          {format.moment(job.created_at)}
          {author !== undefined && ` · ${author}`}
        </span>
      </div>
      {isUnderWay(job) ? <Progress job={job} /> : job.report === null ? <Unfinished job={job} /> : <Report job={job} report={job.report} />}
      {job.report?.form != null && (
        <section className="panel">
          <h2 className={styles["panelTitle"]}>{words.readAs}</h2>
          <FormNotes form={job.report.form} cleaned={job.report.cleaned} />
        </section>
      )}
      {job.report !== null && job.report.refused > 0 && <Refusals key={job.id} id={job.id} count={job.report.refused} />}
      {job.report !== null && job.report.warned > 0 && <Doubts warnings={job.report.warnings} />}
    </>
  );
}

/** Reads the portfolio again after an import that was more than a check. */
function useFreshPortfolio(job: ImportJob | undefined): void {
  const client = useQueryClient();
  const wasUnderWay = useRef(false);
  useEffect(() => {
    if (job === undefined) return;
    if (wasUnderWay.current && !isUnderWay(job)) {
      void client.invalidateQueries({ queryKey: importsList.queryKey });
      if (!job.is_dry_run) void client.invalidateQueries({ queryKey: keys.portfolio });
    }
    wasUnderWay.current = isUnderWay(job);
  }, [client, job]);
}

function useAct(id: string, act: "cancellation" | "resumption") {
  return useChange({
    run: () => unwrap(api.POST(`/api/v1/imports/{import_id}/${act}`, { params: { path: { import_id: id } } })),
    invalidates: [importJob(id).queryKey],
    invalidatesAlways: true,
  });
}

function Progress({ job }: { job: ImportJob }) {
  const { format } = useLocale();
  const words = useTexts(imports);
  const cancelling = useAct(job.id, "cancellation");
  const part = job.lines_of === null ? null : job.lines_done / Math.max(1, job.lines_of);
  return (
    <section className={`panel ${styles["progress"]}`}>
      <div
        className={styles["bar"]}
        role="progressbar"
        aria-label={job.file_name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={part === null ? undefined : Math.round(100 * part)}
        data-unknown={part === null || undefined}
      >
        <i style={{ width: `${part === null ? 20 : 100 * part}%` }} />
      </div>
      <div className={styles["progressSays"]}>
        <span className="figures" role="status">
          {job.lines_of === null ? (job.status === "queued" ? words.state.queued : words.readingFirst) : words.of(format.whole(job.lines_done), format.whole(job.lines_of))}
          {secondsLeft(job) !== null && ` · ${words.left(secondsLeft(job) ?? 0)}`}
        </span>
        <Button loading={cancelling.isPending} onClick={() => cancelling.mutate()}>
          {words.stop}
        </Button>
      </div>
    </section>
  );
}

/** How long an import still takes at its pace so far; null before there is one. */
function secondsLeft({ started_at, lines_done, lines_of }: ImportJob): number | null {
  if (started_at === null || lines_of === null || lines_done === 0) return null;
  const elapsed = (Date.now() - new Date(started_at).getTime()) / 1_000;
  return elapsed < 2 ? null : Math.max(0, Math.round((elapsed * (lines_of - lines_done)) / lines_done));
}

function Unfinished({ job }: { job: ImportJob }) {
  const words = useTexts(imports);
  const resuming = useAct(job.id, "resumption");
  const detail = job.problem?.["detail"];
  return (
    <section className={`panel ${styles["report"]}`} role={job.status === "failed" ? "alert" : undefined}>
      <h2>{job.status === "failed" ? words.failedTitle : words.cancelledTitle}</h2>
      {typeof detail === "string" && <p>{detail}</p>}
      <p className={styles["small"]}>{words.cancelledLead}</p>
      <div className={styles["actions"]}>
        <Button variant="filled" loading={resuming.isPending} onClick={() => resuming.mutate()}>
          {words.goOn}
        </Button>
        <UseMapping job={job} />
        {resuming.error !== null && <span className={styles["bad"]}>{resuming.error.message}</span>}
      </div>
    </section>
  );
}

function Report({ job, report }: { job: ImportJob; report: Schemas["ReportOut"] }) {
  const { format } = useLocale();
  const words = useTexts(imports);
  const isAllBad = report.deliveries === 0 || report.created + report.existing === 0;
  const labels = report.is_dry_run ? words.wouldFigures : words.figures;
  const [refused, lines] = [format.whole(report.refused), format.whole(report.lines_read)];
  const sentence = report.is_dry_run
    ? report.refused === 0
      ? words.everyLine(lines)
      : isAllBad
        ? words.noLines
        : words.someLines(refused, lines)
    : report.refused === 0
      ? words.isDone(lines)
      : words.isPartly(refused, lines);
  const figures: [keyof typeof labels, number][] = [
    ["created", report.created], ["existing", report.existing], ["accounts", report.accounts_created],
    ["relationships", report.relationships_created], ["refused", report.refused], ["warned", report.warned],
  ];
  return (
    <section className={`panel ${styles["report"]}`}>
      <h2>{report.is_dry_run ? words.wouldTitle : words.didTitle}</h2>
      <p className={styles["sentence"]} role="status">{sentence}</p>
      <dl className={styles["figures"]}>
        {figures.map(([name, value]) => (
          <div key={name} data-is={name === "refused" && value > 0 ? "bad" : undefined} data-zero={value === 0 || undefined}>
            <dd>{format.whole(value)}</dd>
            <dt>{labels[name]}</dt>
          </div>
        ))}
      </dl>
      <div className={styles["actions"]}>
        {report.is_dry_run ? <Next job={job} hasRefused={report.refused > 0} isAllBad={isAllBad} /> : <Finished job={job} hasRefused={report.refused > 0} />}
      </div>
    </section>
  );
}

/** After a check: the import itself, of the same file or of one that is chosen again, or a corrected file first. */
function Next({ job, hasRefused, isAllBad }: { job: ImportJob; hasRefused: boolean; isAllBad: boolean }) {
  const { text } = useLocale();
  const words = useTexts(imports);
  const { file } = useImportDraft();
  const { sending, part } = useImportUpload();
  const isRenamed = job.report?.reasons.some(({ code }) => code === "contradiction") ?? false;
  const run = (chosen: File) => sending.mutate({ file: chosen, mapping: job.mapping, isDryRun: false });
  const isAtHand = file !== null && file.name === job.file_name && file.size === job.file_bytes;
  return (
    <>
      {!isAllBad &&
        (isAtHand ? (
          <Button variant="filled" size="sm" loading={sending.isPending} onClick={() => run(file)}>
            {hasRefused ? words.runAnyway : words.runNow}
          </Button>
        ) : (
          <ChooseFile label={words.again} isMain onChoose={run} />
        ))}
      {isRenamed && isAtHand && (
        <Button loading={sending.isPending} onClick={() => sending.mutate({ file, mapping: `accept_renames = true\n${job.mapping}`, isDryRun: true })}>
          {words.bothRight}
        </Button>
      )}
      {hasRefused && <Mended job={job} />}
      <UseMapping job={job} />
      {sending.isPending && <span role="status">{words.uploading(`${Math.round(100 * part)} %`)}</span>}
      {sending.error !== null && <span role="alert" className={styles["bad"]}>{sending.error.message || text.shell.noAnswer}</span>}
    </>
  );
}

function Finished({ job, hasRefused }: { job: ImportJob; hasRefused: boolean }) {
  const words = useTexts(imports);
  return (
    <>
      <Button component={Link} to="/" variant="filled" size="sm">
        {words.toPortfolio}
      </Button>
      {hasRefused && <Mended job={job} />}
      <UseMapping job={job} />
    </>
  );
}

/** Chooses the corrected file, which is checked at once by the same mapping. */
function Mended({ job }: { job: ImportJob }) {
  const { text } = useLocale();
  const words = useTexts(imports);
  const { set } = useImportDraft();
  const { sending } = useImportUpload();
  return (
    <>
      <ChooseFile
        label={words.corrected}
        onChoose={(file) => {
          set({ file });
          sending.mutate({ file, mapping: job.mapping, isDryRun: true });
        }}
      />
      {sending.error !== null && <span role="alert" className={styles["bad"]}>{sending.error.message || text.shell.noAnswer}</span>}
    </>
  );
}

/** Back to the mapping, with the same file where the browser still has it. */
function UseMapping({ job }: { job: ImportJob }) {
  const words = useTexts(imports);
  const { file, set } = useImportDraft();
  const client = useQueryClient();
  const navigate = useNavigate();
  const go = async () => {
    const loaded = await client.fetchQuery(preview(file ?? new File([], job.file_name), job.mapping));
    if (loaded.mapping !== null) set({ form: formOf(loaded.mapping), isSuggested: false });
    void navigate({ to: "/import" });
  };
  return <Button onClick={() => void go()}>{words.useMapping}</Button>;
}

function Doubts({ warnings }: { warnings: Schemas["ReportOut"]["warnings"] }) {
  const words = useTexts(imports);
  const reason = useRefusalReason();
  return (
    <section className={styles["refusals"]}>
      <h2>{words.warningsTitle}</h2>
      <p className={styles["small"]}>{words.warningsLead}</p>
      <ul className={styles["doubts"]}>
        {warnings.map((warning) => (
          <li key={`${warning.external_id} ${warning.column} ${warning.lines[0]}`}>
            <b>{warning.external_id}</b> <span>{warning.column}</span> <span className={styles["small"]}>{reason(warning.detail)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
