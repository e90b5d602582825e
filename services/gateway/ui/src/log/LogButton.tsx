import { Button } from "@mantine/core";
import { useReader } from "~/text/reader";
import { useLog } from "./context";

export function LogButton({ relationshipId }: { relationshipId?: string }) {
  const { text } = useReader();
  const openLog = useLog();
  if (openLog === null) return null;
  return (
    <Button variant="filled" onClick={() => openLog(relationshipId)} aria-keyshortcuts="l">
      {text.shell.log}
    </Button>
  );
}
