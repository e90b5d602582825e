/** Dates and numbers as a locale writes them. Days are ISO days without a time zone; instants are shown in the browser's time zone. */
export interface Format {
  locale: string;
  /** 18 Nov, with the year where it is not this one. */
  day: (on: string) => string;
  /** 22 April 2027 */
  longDay: (on: string) => string;
  /** Nov 2024 */
  month: (on: string) => string;
  time: (at: Date) => string;
  /** 18 Nov, 14:05, of an instant in the browser's time zone; with the year where it is not this one. */
  moment: (at: string) => string;
  /** 5 minutes ago. */
  ago: (at: string, now?: Date) => string;
  /** A score in points, with one decimal. */
  points: (points: number) => string;
  /** The same with its sign; a real minus, and none before a zero. */
  signed: (points: number) => string;
  whole: (value: number) => string;
  /** A share in 0..1 as 4.1 %. */
  percent: (share: number) => string;
  /** 25 Nov 2026, 14:05:09 UTC */
  utc: (at: string) => string;
}

const SPANS: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

export function formatFor(locale: string, today = new Date()): Format {
  const utc = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const shortDay = utc({ day: "numeric", month: "short" });
  const yearDay = utc({ day: "numeric", month: "short", year: "numeric" });
  const longDay = utc({ day: "numeric", month: "long", year: "numeric" });
  const month = utc({ month: "short", year: "numeric" });
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const moment = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const yearMoment = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const one = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const instant = utc({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const year = String(today.getUTCFullYear());
  return {
    locale,
    day: (on) => (on.startsWith(year) ? shortDay : yearDay).format(asDate(on)),
    longDay: (on) => longDay.format(asDate(on)),
    month: (on) => month.format(asDate(on)),
    time: (at) => time.format(at),
    moment: (at) => {
      const instant = new Date(at);
      return (instant.getFullYear() === today.getFullYear() ? moment : yearMoment).format(instant);
    },
    ago: (at, now = new Date()) => {
      const seconds = Math.min(0, (Date.parse(at) - now.getTime()) / 1000);
      const [unit, size] = SPANS.find(([, size]) => -seconds >= size) ?? ["second", 1];
      return ago.format(Math.round(seconds / size), unit);
    },
    points: (points) => one.format(points),
    signed: (points) => {
      const text = one.format(Math.abs(points));
      if (text === one.format(0)) return text;
      return (points > 0 ? "+" : "−") + text;
    },
    whole: (value) => whole.format(value),
    percent: (share) => percent.format(share),
    utc: (at) => `${instant.format(new Date(at))} UTC`,
  };
}

function asDate(on: string): Date {
  return new Date(`${on.slice(0, 10)}T00:00:00Z`);
}
