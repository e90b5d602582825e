import { Button, Select, TagsInput, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";
import { imports } from "~/text/imports";
import { useLocale, useTexts } from "~/text/locale";
import { labelOf, optionsOf } from "~/text/vocabulary";
import styles from "./Import.module.css";
import { DATE_FORMATS, type FieldForm, type FieldName, type Kind, LINES, type Source } from "./mapping";

const OF_COLUMN = "column:";
/** Leaves room to type the next word beside the first. */
const NARROW = { inputField: { minWidth: 24 } };

interface MappingFieldProps {
  name: FieldName;
  kind: Kind;
  isNeeded: boolean;
  field: FieldForm;
  columns: string[];
  error: string | undefined;
  onChange: (part: Partial<FieldForm>) => void;
}

/** One field: the column or the constant that fills it and, folded away, its rarer settings. */
export function MappingField({ name, kind, isNeeded, field, columns, error, onChange }: MappingFieldProps) {
  const words = useTexts(imports);
  const id = useId();
  const [isOpen, more] = useDisclosure(false);
  const label = words.fields[name];
  const isColumn = field.source === "column";
  const known = isColumn && field.column !== "" && !columns.includes(field.column) ? [...columns, field.column] : columns;
  const none = name === "delivery/accepted" ? words.from.accepted : name === "delivery/weight" ? words.from.weight : words.from.none;
  const others: { value: Source; label: string }[] = [
    { value: "constant", label: words.from.constant },
    ...(name.endsWith("external_id") ? [{ value: "name" as const, label: words.from.name }] : []),
    ...(isNeeded ? [] : [{ value: "none" as const, label: none }]),
  ];
  const choose = (value: string | null) => {
    if (value === null) return;
    if (value.startsWith(OF_COLUMN)) onChange({ source: "column", column: value.slice(OF_COLUMN.length), constant: isColumn ? field.constant : "" });
    const other = others.find((each) => each.value === value);
    if (other !== undefined) onChange({ source: other.value, constant: "" });
  };
  return (
    <div className={styles["field"]}>
      <label htmlFor={id}>{label}</label>
      <div className={styles["fieldRow"]}>
        <Select
          id={id}
          data={[
            { group: words.from.columns, items: known.map((column) => ({ value: OF_COLUMN + column, label: column })) },
            { group: words.from.other, items: others },
          ]}
          value={isColumn ? (field.column === "" ? null : OF_COLUMN + field.column) : isNeeded && field.source === "none" ? null : field.source}
          placeholder="…"
          error={field.source === "constant" ? undefined : error}
          allowDeselect={false}
          searchable
          onChange={choose}
        />
        {field.source === "constant" && <Constant name={name} kind={kind} label={`${label}: ${words.value}`} isNamed value={field.constant} error={error} onChange={(constant) => onChange({ constant })} />}
        {isColumn && (
          <Button variant="subtle" color="ink" className={styles["more"]} aria-expanded={isOpen} aria-label={words.moreAbout(label)} onClick={more.toggle}>
            {words.more}
          </Button>
        )}
      </div>
      {isColumn && kind === "date" && (
        <TagsInput
          className={styles["indented"]}
          label={words.formats}
          aria-label={`${label}: ${words.formats}`}
          placeholder={field.formats.length === 0 ? words.formatsHint : undefined}
          styles={field.formats.length === 0 ? undefined : NARROW}
          data={DATE_FORMATS.map(([format]) => format)}
          value={field.formats}
          onChange={(formats) => onChange({ formats })}
        />
      )}
      {isColumn && kind === "flag" && (
        <div className={`${styles["two"]} ${styles["indented"]}`}>
          <TagsInput styles={NARROW} label={words.yes} value={field.yes} onChange={(yes) => onChange({ yes })} />
          <TagsInput styles={NARROW} label={words.no} value={field.no} onChange={(no) => onChange({ no })} />
        </div>
      )}
      {isColumn && isOpen && (
        <div className={styles["moreFields"]}>
          <Constant name={name} kind={kind} label={words.forBlank} value={field.constant} onChange={(constant) => onChange({ constant })} isClearable />
          <Select
            label={words.several}
            data={LINES[kind].map((rule) => ({ value: rule, label: labelOf(words.linesRule, rule) }))}
            value={field.lines}
            allowDeselect={false}
            onChange={(lines) => lines !== null && onChange({ lines })}
          />
          <TagsInput label={words.blanks} value={field.blanks ?? []} onChange={(blanks) => onChange({ blanks: blanks.length === 0 ? null : blanks })} />
          {kind === "number" && (
            <Select label={words.decimal} data={optionsOf(words.decimals)} value={field.decimal || null} placeholder={words.asInFile} clearable onChange={(decimal) => onChange({ decimal: decimal ?? "" })} />
          )}
          {kind === "choice" && <TagsInput label={words.otherWords} description={words.otherWordsHint} value={field.words} onChange={(given) => onChange({ words: given })} />}
          {kind === "date" && <TagsInput label={words.months} description={words.monthsHint} value={field.months} onChange={(months) => onChange({ months })} />}
        </div>
      )}
    </div>
  );
}

interface ConstantProps {
  name: FieldName;
  kind: Kind;
  label: string;
  value: string;
  error?: string;
  /** Whether a label is beside it already. */
  isNamed?: boolean;
  isClearable?: boolean;
  onChange: (constant: string) => void;
}

function Constant({ name, kind, label, value, error, isNamed = false, isClearable = false, onChange }: ConstantProps) {
  const { text } = useLocale();
  const words = useTexts(imports);
  const choices = name.endsWith("/size") ? text.vocabulary.size : name.endsWith("/region") ? text.vocabulary.region : name.endsWith("/late_cause") ? words.causes : undefined;
  const naming = isNamed ? { "aria-label": label, placeholder: words.value } : { label };
  if (kind === "flag" || choices !== undefined) {
    const data: { value: string; label: string }[] = choices === undefined ? optionsOf(words.trueFalse) : optionsOf<string>(choices);
    return <Select {...naming} data={data} value={value || null} error={error} clearable={isClearable} onChange={(chosen) => onChange(chosen ?? "")} />;
  }
  const input = kind === "date" ? { type: "date" } : kind === "number" ? { inputMode: "decimal" as const } : {};
  return <TextInput {...input} {...naming} value={value} error={error} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value)} />;
}
