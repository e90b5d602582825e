/** Dates and numbers as a locale writes them. Days are ISO days and have no time zone; instants are read in the reader's. */
export interface Format {
  locale: string;
  /** 18 Nov, with the year where it is not this one. */
  day: (on: string) => string;
  /** 22 April 2027 */
  longDay: (on: string) => string;
  /** Nov 2024 */
  month: (on: string) => string;
  time: (at: Date) => string;
  /** A score in points, with one decimal. */
  points: (points: number) => string;
  /** The same with its sign; a real minus, and none before a zero. */
  signed: (points: number) => string;
  whole: (value: number) => string;
}

export function formatFor(locale: string, today = new Date()): Format {
  const utc = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const shortDay = utc({ day: "numeric", month: "short" });
  const yearDay = utc({ day: "numeric", month: "short", year: "numeric" });
  const longDay = utc({ day: "numeric", month: "long", year: "numeric" });
  const month = utc({ month: "short", year: "numeric" });
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const one = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const year = String(today.getUTCFullYear());
  return {
    locale,
    day: (on) => (on.startsWith(year) ? shortDay : yearDay).format(asDate(on)),
    longDay: (on) => longDay.format(asDate(on)),
    month: (on) => month.format(asDate(on)),
    time: (at) => time.format(at),
    points: (points) => one.format(points),
    signed: (points) => {
      const text = one.format(Math.abs(points));
      if (text === one.format(0)) return text;
      return (points > 0 ? "+" : "−") + text;
    },
    whole: (value) => whole.format(value),
  };
}

function asDate(on: string): Date {
  return new Date(`${on.slice(0, 10)}T00:00:00Z`);
}
