import "@mantine/dates/styles.css";
import { DateInput, type DateInputProps, DatesProvider } from "@mantine/dates";
import dayjs from "dayjs";
import "dayjs/locale/de";
import customParseFormat from "dayjs/plugin/customParseFormat";
import { useLocale } from "~/text/locale";

dayjs.extend(customParseFormat);

type DayInputProps = Omit<DateInputProps, "valueFormat" | "dateParser" | "value" | "onChange"> & {
  /** An ISO day, or none. */
  value: string | null;
  onChange: (on: string | null) => void;
};

/** A day, written and chosen as the reader's language writes it. */
export function DayInput(props: DayInputProps) {
  const { text, language } = useLocale();
  return (
    <DatesProvider settings={{ locale: language, firstDayOfWeek: 1 }}>
      <DateInput
        valueFormat={language === "de" ? "DD.MM.YYYY" : "D MMM YYYY"}
        dateParser={(typed) => parsedDay(typed, language)}
        clearButtonProps={{ "aria-label": text.shell.clear }}
        {...props}
      />
    </DatesProvider>
  );
}

/** What people write for a day: the locale's own order, an ISO day, or nothing that is one. */
function parsedDay(typed: string, language: "en" | "de"): string | null {
  const formats = language === "de" ? ["D.M.YYYY", "D.M.YY", "YYYY-MM-DD"] : ["D MMM YYYY", "D/M/YYYY", "YYYY-MM-DD"];
  const found = formats.map((each) => dayjs(typed, each)).find((each) => each.isValid());
  return found?.format("YYYY-MM-DD") ?? null;
}
