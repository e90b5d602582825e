import { Button } from "@mantine/core";
import { useLocale } from "~/text/locale";
import { useLog } from "./context";

export function LogButton({ relationshipId }: { relationshipId?: string }) {
  const { text } = useLocale();
  const openLog = useLog();
  if (openLog === null) return null;
  return (
    <Button variant="filled" onClick={() => openLog(relationshipId)} aria-keyshortcuts="l">
      {text.shell.log}
    </Button>
  );
}
