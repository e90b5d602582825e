import { Alert, Button } from "@mantine/core";
import type { Preview } from "~/api/imports";
import { imports } from "~/text/imports";
import { useTexts } from "~/text/locale";
import styles from "./Import.module.css";
import { type FieldName, FIELDS, type MappingForm } from "./mapping";

interface QuestionsProps {
  seen: Preview | undefined;
  form: MappingForm;
  change: (form: MappingForm) => void;
}

/** What only a person knows: what a number means that can be read in two ways, once for each column, and whether names may differ. */
export function Questions({ seen, form, change }: QuestionsProps) {
  const words = useTexts(imports);
  if (seen === undefined) return null;
  const answer = (names: FieldName[], decimal: string) => {
    const fields = { ...form.fields };
    for (const name of names) fields[name] = { ...fields[name], decimal };
    change({ ...form, fields });
  };
  return (
    <>
      {seen.amounts.map(({ column, ambiguous, readings: [small, large] }) => {
        const names = openAmounts(form, column);
        if (ambiguous === null || small === undefined || large === undefined || names.length === 0) return null;
        const sign = ambiguous.includes(",") ? "," : ".";
        return (
          <Alert key={column} variant="outline" role="group" aria-label={words.whichNumber(column, ambiguous)} title={words.whichNumber(column, ambiguous)}>
            <div className={styles["actions"]}>
              <Button onClick={() => answer(names, sign)}>{words.means(small)}</Button>
              <Button onClick={() => answer(names, sign === "." ? "," : ".")}>{words.means(large)}</Button>
            </div>
          </Alert>
        );
      })}
      {!form.acceptRenames && seen.refusals.some(({ code }) => code === "contradiction") && (
        <Alert variant="outline" role="group" aria-label={words.namesDiffer} title={words.namesDiffer}>
          <div className={styles["actions"]}>
            <Button onClick={() => change({ ...form, acceptRenames: true })}>{words.bothRight}</Button>
          </div>
        </Alert>
      )}
    </>
  );
}

/** The fields that a column of numbers fills while nobody has said its decimal sign. */
function openAmounts(form: MappingForm, column: string): FieldName[] {
  if (form.decimal !== "" || form.thousands !== "") return [];
  return FIELDS.filter(({ name, kind }) => {
    const field = form.fields[name];
    return kind === "number" && field.source === "column" && field.column === column && field.decimal === "";
  }).map(({ name }) => name);
}
