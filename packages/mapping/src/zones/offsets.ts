import { daySeconds, daysOf } from "../time/calendar.js";

/** Seconds east of UTC at a second since 1970, asked of the zone database that Intl carries. */
export type OffsetAt = (seconds: number) => number;

/** The offsets of a named zone, or null where Intl does not know the name. Slow: about 3 µs a question. */
export function offsetsOf(name: string): OffsetAt | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch {
    return null;
  }
  return (seconds) => {
    const text = format.format(seconds * 1000);
    const [month, day, year, hour, minute, second] = text.match(/\d+/g)!.map(Number);
    // "12/31/0001 B, 23:00:00": the year before 1 is 0.
    const y = text.includes(" B") ? 1 - year! : year!;
    const local = daysOf(y, month!, day!) * daySeconds + hour! * 3600 + minute! * 60 + second!;
    return local - seconds;
  };
}
