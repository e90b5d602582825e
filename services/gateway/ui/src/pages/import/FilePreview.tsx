import { ExperienceMark } from "~/components/marks";
import { Loading } from "~/components/states";
import { daysLate } from "~/components/days";
import { escaped } from "~/text/escaped";
import { imports } from "~/text/imports";
import { useLocale, useTexts } from "~/text/locale";
import styles from "./Import.module.css";
import { FormNotes } from "./FormNotes";
import { FIELDS, type MappingForm, resolved } from "./mapping";
import type { Preview } from "~/api/imports";
import { useRefusalReason } from "./useRefusalReason";

/** The first lines of the file, and under them the deliveries that they become. */
export function FilePreview({ seen, form }: { seen: Preview | undefined; form: MappingForm }) {
  const words = useTexts(imports);
  const inWords = useRefusalReason();
  if (seen === undefined) return <Loading lines={12} />;
  const ofFile = seen.errors.find(({ pointer }) => pointer === "/file");
  return (
    <>
      <section className="panel">
        <h2 className={styles["panelTitle"]}>{words.preview}</h2>
        {seen.form !== null && <FormNotes form={seen.form} cleaned={seen.cleaned} />}
        {ofFile !== undefined && <p role="alert" className={`${styles["bad"]} ${styles["inPanel"]}`}>{inWords(ofFile.detail)}</p>}
        {seen.form !== null && <PreviewLines seen={seen} form={form} />}
      </section>
      <section className="panel">
        <h2 className={styles["panelTitle"]}>{words.becomes}</h2>
        <PreviewResult seen={seen} />
      </section>
    </>
  );
}

function PreviewLines({ seen, form }: { seen: Preview; form: MappingForm }) {
  const words = useTexts(imports);
  const reason = useRefusalReason();
  const uses = usesOf(form, words);
  const refused = new Map(seen.refusals.map((refusal) => [`${refusal.line} ${refusal.column ?? ""}`, reason(refusal.reason)]));
  return (
    <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={words.preview}>
      <table className={styles["lines"]}>
        <thead>
          <tr>
            <th scope="col" className={styles["lineNumber"]}>
              <span className="unseen">{words.line}</span>
            </th>
            {seen.header.map((column, at) => (
              <th key={at} scope="col" data-used={uses.has(column) || undefined}>
                <span className={styles["uses"]}>{uses.get(column)?.join(", ") ?? ""}</span>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {seen.records.map(({ line, cells }) => {
            const whole = refused.get(`${line} `);
            return (
              <tr key={line} data-refused={whole !== undefined || undefined} title={whole}>
                <th scope="row" className={styles["lineNumber"]}>{line}</th>
                {cells.length === 0 ? (
                  <td colSpan={seen.header.length} className={styles["bad"]}>{words.cannotRead}</td>
                ) : (
                  cells.map((cell, at) => {
                    const why = refused.get(`${line} ${seen.header[at] ?? ""}`);
                    return (
                      <td key={at} data-used={uses.has(seen.header[at] ?? "") || undefined} data-refused={why !== undefined || undefined} title={why}>
                        {why !== undefined && <ExperienceMark experience="below" size={8} />} {cell}
                      </td>
                    );
                  })
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The labels of the fields that each column fills, by column. */
function usesOf(form: MappingForm, words: { key: string; fields: Record<string, string>; parts: Record<string, string> }): Map<string, string[]> {
  const uses = new Map<string, string[]>();
  const use = (column: string, label: string) => uses.set(column, [...(uses.get(column) ?? []), label]);
  form.key.forEach((column) => use(column, words.key));
  for (const { name } of FIELDS) {
    const field = resolved(form, name);
    if (field.source !== "column" || (form.fields[name].source === "name")) continue;
    const part = name.startsWith("delivery") ? "" : `${words.parts[name.split("/")[0] ?? ""]?.split(":")[0] ?? ""}: `;
    use(field.column, `${part}${words.fields[name]}`);
  }
  return uses;
}

function PreviewResult({ seen }: { seen: Preview }) {
  const { text, format } = useLocale();
  const words = useTexts(imports);
  const reason = useRefusalReason();
  if (seen.deliveries.length + seen.refusals.length === 0) return <p className={`quiet ${styles["inPanel"]}`}>{words.nothingYet}</p>;
  return (
    <ul className={styles["become"]}>
      {seen.deliveries.map((delivery) => {
        const days = delivery.delivered_on === null ? null : daysLate(delivery.promised_on, delivery.delivered_on);
        const notes = [
          words.promised(format.day(delivery.promised_on)),
          delivery.delivered_on === null ? words.open : words.delivered(format.day(delivery.delivered_on)),
          days === null ? null : days > 0 ? words.late(days) : days < 0 ? words.early(-days) : words.onTime,
          delivery.cancelled_on === null ? null : words.calledOff(format.day(delivery.cancelled_on)),
          delivery.accepted ? null : words.notAccepted,
          delivery.quantity === null ? null : words.quantity(format.whole(Number(delivery.quantity))),
        ];
        return (
          <li key={delivery.lines[0]}>
            <ExperienceMark experience={days === null ? null : days > 0 || !delivery.accepted ? "below" : "exceeds"} />
            <span>
              <b>{delivery.external_id}</b> {delivery.provider.name}{" "}
              <span className="quiet">
                {text.vocabulary.forSponsor} {delivery.sponsor.name}
              </span>
              <span className={styles["small"]}>{notes.filter((note) => note !== null).join(" · ")}</span>
            </span>
          </li>
        );
      })}
      {seen.refusals.map((refusal) => (
        <li key={`${refusal.line} ${refusal.column}`} data-is="refused">
          <ExperienceMark experience="below" />
          <span>
            {words.line} {refusal.line}: <b>{refusal.column ?? words.whole}</b> {refusal.value !== null && refusal.value !== "" && <q>{escaped(refusal.value)}</q>}{" "}
            <span className={styles["small"]}>{reason(refusal.reason)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
