import type { QueryClient } from "@tanstack/react-query";
import { emptyForm, guessedDelimiter, type MappingForm, suggested, tomlOf } from "./mapping";
import { preview } from "~/api/imports";

/** The encoding that is tried where a file is not UTF-8. */
const OTHERWISE = "cp1252";
const NO_TEXT = "\ufffd";

/** The form that a file's first lines suggest, with its encoding and delimiter. */
export async function suggestMapping(client: QueryClient, file: File): Promise<MappingForm> {
  let form = emptyForm();
  let seen = await client.fetchQuery(preview(file, tomlOf(form)));
  const isOther = seen.errors.some(({ detail }) => detail.includes("is not valid")) || seen.records.some(({ cells }) => cells.join().includes(NO_TEXT));
  if (isOther) {
    form = { ...form, encoding: OTHERWISE };
    seen = await client.fetchQuery(preview(file, tomlOf(form)));
  }
  const delimiter = guessedDelimiter(seen.header);
  if (delimiter !== null) {
    form = { ...form, delimiter };
    seen = await client.fetchQuery(preview(file, tomlOf(form)));
  }
  return suggested(form, seen.header, seen.records.map(({ cells }) => cells));
}
