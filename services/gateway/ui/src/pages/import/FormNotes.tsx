import type { Schemas } from "~/api/client";
import { imports } from "~/text/imports";
import { useTexts } from "~/text/locale";
import styles from "./Import.module.css";
import { useRefusalReason } from "./useRefusalReason";

/** How a file was read, and what was taken off its cells. */
export function FormNotes({ form, cleaned }: { form: Schemas["FormOut"]; cleaned: Schemas["CleanedOut"][] }) {
  const words = useTexts(imports);
  const inWords = useRefusalReason();
  const delimiter = Object.entries(words.delimiters).find(([mark]) => mark === form.delimiter)?.[1] ?? form.delimiter;
  const facts = [form.kind, form.sheet, form.encoding, form.sheet === null ? delimiter : null, words.headerOn(form.header_line)];
  return (
    <div className={`${styles["small"]} ${styles["inPanel"]}`}>
      <p>{facts.filter((fact) => fact !== null).join(" · ")}</p>
      {form.notes.map((note) => (
        <p key={note}>{inWords(note)}</p>
      ))}
      {cleaned.map(({ column, what, cells, line }) => (
        <p key={`${column} ${what}`}>
          <b>{column}</b> {words.cleaned(cells, inWords(what), line)}
        </p>
      ))}
    </div>
  );
}
