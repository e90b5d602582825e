import { Alert, Button, MultiSelect, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { preview, type Preview } from "~/api/imports";
import { NoAnswer, Problem } from "~/api/problem";
import { Failed, Loading } from "~/components/states";
import { imports, type ImportTexts } from "~/text/imports";
import { useLocale, useTexts } from "~/text/locale";
import { ChooseFile } from "./ChooseFile";
import { FileForm } from "./FileForm";
import { MappingField } from "./MappingField";
import { suggestMapping } from "./suggestMapping";
import styles from "./Import.module.css";
import { FIELDS, type FieldForm, type FieldName, formOf, type MappingForm, type Part, tomlOf } from "./mapping";
import { FilePreview } from "./FilePreview";
import { Questions } from "./Questions";
import { useRefusalReason } from "./useRefusalReason";
import { downloadMapping, useImportUpload, useImportDraft } from "./importDraft";

/** The mapping of a file, with a preview of its first lines as the import will read them. */
export function Mapping({ file }: { file: File }) {
  const { form, isSuggested, set } = useImportDraft();
  const client = useQueryClient();
  const first = useQuery({
    queryKey: ["import-suggested-mapping", file.name, file.size, file.lastModified],
    queryFn: () => suggestMapping(client, file),
    enabled: form === null,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (form === null && first.data !== undefined) set({ form: first.data, isSuggested: true });
  });
  const words = useTexts(imports);
  return (
    <>
      <div className={styles["head"]}>
        <h1>
          {words.title} <span>{file.name}</span>
        </h1>
        <ChooseFile label={words.another} onChoose={(chosen) => set({ file: chosen })} />
      </div>
      {form !== null ? (
        <Working key={`${file.name} ${file.size} ${file.lastModified}`} file={file} form={form} isSuggested={isSuggested} change={(next) => set({ form: next })} />
      ) : first.error !== null ? (
        <Failed error={first.error} reset={() => void first.refetch()} />
      ) : (
        <Loading lines={10} />
      )}
    </>
  );
}

interface WorkingProps {
  file: File;
  form: MappingForm;
  isSuggested: boolean;
  change: (form: MappingForm) => void;
}

function Working({ file, form, isSuggested, change }: WorkingProps) {
  const { text } = useLocale();
  const words = useTexts(imports);
  const reason = useRefusalReason();
  const client = useQueryClient();
  const [toml] = useDebouncedValue(tomlOf(form), 250);
  const looked = useQuery(preview(file, toml));
  const { sending, part } = useImportUpload();
  const [isAsked, setAsked] = useState(false);
  const [notLoaded, setNotLoaded] = useState<string | null>(null);
  const seen = looked.data;
  const missing = seen === undefined ? 0 : seen.errors.filter((error) => isMissing(error, form) && !followsName(error, form)).length;
  const wrong = seen?.errors.find((error) => !isMissing(error, form));

  const load = async (mappingFile: File) => {
    const loaded: Preview = await client.fetchQuery(preview(file, await mappingFile.text()));
    if (loaded.mapping === null) setNotLoaded(loaded.errors.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join("; "));
    else {
      setNotLoaded(null);
      change(formOf(loaded.mapping));
    }
  };
  const check = () => {
    setAsked(true);
    if (seen?.errors.length === 0 && toml === tomlOf(form)) sending.mutate({ file, mapping: toml, isDryRun: true });
  };
  return (
    <>
      <div className={styles["work"]}>
        <form
          className={`panel ${styles["form"]}`}
          aria-label={words.mapping}
          onSubmit={(event) => {
            event.preventDefault();
            check();
          }}
        >
          <div className={styles["formHead"]}>
            <h2>{words.mapping}</h2>
            <ChooseFile label={words.loadMapping} kinds=".toml" onChoose={(chosen) => void load(chosen)} />
            <Button onClick={() => downloadMapping(form, file.name)}>{words.saveMapping}</Button>
          </div>
          {notLoaded !== null && <Alert color="red" variant="outline" role="alert">{notLoaded}</Alert>}
          {isSuggested && <p className={styles["small"]}>{words.suggested}</p>}
          <Questions seen={seen} form={form} change={change} />
          <FileForm form={form} seen={seen} change={change} />
          <Parts form={form} header={seen?.header ?? []} errors={seen?.errors ?? []} isAsked={isAsked} change={change} />
        </form>
        <div className={styles["beside"]}>
          {looked.error !== null && seen === undefined ? <Failed error={looked.error} reset={() => void looked.refetch()} /> : <FilePreview seen={seen} form={form} />}
        </div>
      </div>
      <div className={styles["foot"]}>
        <div role="status" className={styles["footSays"]}>
          {sending.isPending ? (
            words.uploading(`${Math.round(100 * part)} %`)
          ) : sending.error !== null ? (
            <span className={styles["bad"]}>{refusalOf(sending.error, words.notSent, text.shell.noAnswer)}</span>
          ) : wrong !== undefined ? (
            <span className={styles["bad"]}>
              {fieldLabel(wrong.pointer, words)} {reason(wrong.detail)}
            </span>
          ) : missing > 0 ? (
            words.stillMissing(missing)
          ) : (
            words.checkHint
          )}
        </div>
        <Button variant="filled" size="sm" loading={sending.isPending} onClick={check}>
          {words.check}
        </Button>
      </div>
    </>
  );
}

function refusalOf(error: Error, otherwise: string, silent: string): string {
  if (error instanceof NoAnswer) return silent;
  return error instanceof Problem ? error.detail || error.message : otherwise;
}

/** The label of the field that a JSON pointer into the mapping names. */
function fieldLabel(pointer: string, words: ImportTexts): string {
  const [, part = "", field = ""] = pointer.split("/");
  const labels: Record<string, string> = { ...words.fields, "delivery/key": words.key, "file/encoding": words.encoding, "file/header_line": words.headerLine, "file/skip_lines": words.skipLines };
  const label = labels[`${part}/${field}`];
  return label === undefined ? "" : `${label}:`;
}

type Located = Preview["errors"][number];

/** Whether something is only not filled in yet, which is shown in red only after the check was asked for. */
function isMissing({ pointer, detail }: Located, form: MappingForm): boolean {
  return detail === "is missing" || (pointer === "/delivery/key" && form.key.length === 0) || /^\/(sponsor|provider)\/external_system$/.test(pointer);
}

/** Whether an account number is missing only because it is the same as the name, which is missing. */
function followsName({ pointer }: Located, form: MappingForm): boolean {
  return (["sponsor/external_id", "provider/external_id"] as const).some((name) => pointer === `/${name}` && form.fields[name].source === "name");
}

interface BesideProps {
  label: string;
  hint: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** A text input with its label at the left, like a field. */
function Beside({ label, hint, value, error, onChange }: BesideProps) {
  const id = useId();
  return (
    <div className={styles["field"]}>
      <label htmlFor={id}>{label}</label>
      <TextInput id={id} description={hint} inputWrapperOrder={["label", "input", "description", "error"]} value={value} error={error} onChange={(event) => onChange(event.currentTarget.value)} />
    </div>
  );
}

interface PartsProps extends Pick<WorkingProps, "form" | "change"> {
  header: string[];
  errors: Located[];
  isAsked: boolean;
}

function Parts({ form, header, errors, isAsked, change }: PartsProps) {
  const words = useTexts(imports);
  const reason = useRefusalReason();
  const columns = [...new Set(header.filter((name) => name !== ""))];
  const errorAt = (part: string) => {
    const found = errors.find(({ pointer }) => pointer === `/${part}` || pointer.startsWith(`/${part}/`));
    if (found === undefined || (isMissing(found, form) && !isAsked)) return undefined;
    return reason(found.detail);
  };
  const setField = (name: FieldName, part: Partial<FieldForm>) =>
    change({ ...form, fields: { ...form.fields, [name]: { ...form.fields[name], ...part } } });
  const fields = (part: Part) =>
    FIELDS.filter(({ name }) => name.startsWith(`${part}/`)).map((field) => (
      <MappingField key={field.name} {...field} field={form.fields[field.name]} columns={columns} error={errorAt(field.name)} onChange={(change) => setField(field.name, change)} />
    ));
  return (
    <>
      <fieldset className={styles["part"]}>
        <legend>{words.parts.delivery}</legend>
        <MultiSelect
          label={words.key}
          description={words.keyHint}
          data={[...new Set([...columns, ...form.key])]}
          value={form.key}
          error={errorAt("delivery/key")}
          searchable
          onChange={(key) => change({ ...form, key })}
        />
        {fields("delivery")}
        {form.fields["delivery/ordered_quantity"].source === "column" && (
          <Beside label={words.inFullFrom} hint={words.inFullHint} value={form.inFullFrom} error={undefined} onChange={(inFullFrom) => change({ ...form, inFullFrom })} />
        )}
      </fieldset>
      {(["provider", "sponsor"] as const).map((part) => (
        <fieldset key={part} className={styles["part"]}>
          <legend>{words.parts[part]}</legend>
          {fields(part)}
          <Beside label={words.system} hint={words.systemHint} value={form.systems[part]}
            error={errorAt(`${part}/external_system`)}
            onChange={(system) => change({ ...form, systems: { ...form.systems, [part]: system } })}
          />
        </fieldset>
      ))}
      <fieldset className={styles["part"]}>
        <legend>{words.parts.relationship}</legend>
        <div className={styles["two"]}>
          <Select
            label={words.visibility}
            data={Object.entries(words.visibilities).map(([value, label]) => ({ value, label }))}
            value={form.visibility}
            allowDeselect={false}
            onChange={(visibility) => visibility !== null && change({ ...form, visibility })}
          />
          <TextInput
            label={words.startedOn}
            type="date"
            value={form.startedOn ?? ""}
            onChange={(event) => change({ ...form, startedOn: event.currentTarget.value || null })}
          />
        </div>
      </fieldset>
    </>
  );
}
