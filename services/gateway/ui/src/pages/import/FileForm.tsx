import "@mantine/core/styles/Checkbox.css";
import { Button, Checkbox, Select, TagsInput, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Preview } from "~/api/imports";
import { imports } from "~/text/imports";
import { useTexts } from "~/text/locale";
import { optionsOf } from "~/text/vocabulary";
import styles from "./Import.module.css";
import type { MappingForm } from "./mapping";

const ENCODINGS = ["utf-8", "utf-16", "cp1252", "iso-8859-1", "iso-8859-15", "cp1250", "shift_jis", "gb18030"];
const DELIMITERS = [",", ";", "tab", "|"] as const;

interface FileFormProps {
  form: MappingForm;
  seen: Preview | undefined;
  change: (form: MappingForm) => void;
}

/** How the file is written: what is left empty is found in it. Rarer settings are folded away. */
export function FileForm({ form, seen, change }: FileFormProps) {
  const words = useTexts(imports);
  const [isOpen, more] = useDisclosure(false);
  const encodings = form.encoding === "" || ENCODINGS.includes(form.encoding) ? ENCODINGS : [form.encoding, ...ENCODINGS];
  const isWorkbook = seen?.form?.sheet != null;
  const sheets = [...new Set([...(seen?.form?.sheets ?? []).map((name) => name.replace(/ \(hidden\)$/, "")), ...(form.sheet === "" ? [] : [form.sheet])])];
  return (
    <fieldset className={styles["part"]}>
      <legend>{words.parts.file}</legend>
      {isWorkbook || form.sheet !== "" ? (
        <Found label={words.sheet} data={sheets} value={form.sheet} onChange={(sheet) => change({ ...form, sheet })} />
      ) : (
        <div className={styles["two"]}>
          <Found label={words.encoding} data={encodings} value={form.encoding} onChange={(encoding) => change({ ...form, encoding })} />
          <Found
            label={words.delimiter}
            data={DELIMITERS.map((value) => ({ value, label: words.delimiters[value] }))}
            value={form.delimiter}
            onChange={(delimiter) => change({ ...form, delimiter })}
          />
        </div>
      )}
      <TagsInput label={words.blanks} placeholder={form.blanks.length === 0 ? words.blanksHint : undefined} value={form.blanks} onChange={(blanks) => change({ ...form, blanks })} />
      <Checkbox
        label={words.acceptRenames}
        description={words.acceptRenamesHint}
        checked={form.acceptRenames}
        onChange={(event) => change({ ...form, acceptRenames: event.currentTarget.checked })}
      />
      <div>
        <Button variant="subtle" color="ink" aria-expanded={isOpen} aria-label={words.moreAbout(words.parts.file)} onClick={more.toggle}>
          {words.more}
        </Button>
      </div>
      {isOpen && (
        <div className={styles["moreFields"]}>
          <TextInput label={words.headerLine} placeholder={words.found} inputMode="numeric" value={form.headerLine} onChange={(event) => change({ ...form, headerLine: event.currentTarget.value.trim() })} />
          <TextInput label={words.skipLines} placeholder="0" inputMode="numeric" value={form.skipLines} onChange={(event) => change({ ...form, skipLines: event.currentTarget.value.trim() })} />
          <Found label={words.decimal} data={optionsOf(words.decimals)} value={form.decimal} onChange={(decimal) => change({ ...form, decimal })} />
          <Found label={words.thousands} data={optionsOf(words.thousandsSigns)} value={form.thousands} onChange={(thousands) => change({ ...form, thousands })} />
          <Select
            label={words.quotes}
            data={optionsOf(words.quotesAre)}
            value={form.quotes}
            allowDeselect={false}
            onChange={(quotes) => quotes !== null && change({ ...form, quotes })}
          />
        </div>
      )}
    </fieldset>
  );
}

interface FoundProps {
  label: string;
  data: (string | { value: string; label: string })[];
  value: string;
  onChange: (value: string) => void;
}

/** A choice that may be left to the file. */
function Found({ label, data, value, onChange }: FoundProps) {
  const words = useTexts(imports);
  return <Select label={label} data={data} value={value === "" ? null : value} placeholder={words.found} clearable onChange={(chosen) => onChange(chosen ?? "")} />;
}
