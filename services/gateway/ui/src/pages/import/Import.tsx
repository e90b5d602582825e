import { useTitle } from "~/components/title";
import { imports } from "~/text/imports";
import { useTexts } from "~/text/locale";
import { FileDropZone } from "./ChooseFile";
import { PastImports } from "./PastImports";
import styles from "./Import.module.css";
import { Mapping } from "./Mapping";
import { useImportDraft } from "./importDraft";

/** The mapping of the chosen file; before a file is chosen, the past imports. */
export function Import() {
  const words = useTexts(imports);
  const { file } = useImportDraft();
  useTitle(words.title);
  if (file !== null) return <Mapping file={file} />;
  return (
    <>
      <div className={styles["head"]}>
        <h1>{words.title}</h1>
      </div>
      <p className={styles["lead"]}>{words.lead}</p>
      <FileDropZone />
      <PastImports />
    </>
  );
}
