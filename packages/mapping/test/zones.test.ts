import * as fc from "fast-check";
import { IANAZone } from "luxon";
import { describe, expect, it } from "vitest";
import { zoneOf } from "../src/zones/zone.js";

const names = Intl.supportedValuesOf("timeZone");
const luxon = (name: string) => {
  const zone = IANAZone.create(name);
  return (seconds: number) => Math.round(zone.offset(seconds * 1000) * 60);
};

const at = (text: string): number => Date.parse(`${text}Z`) / 1000;

describe("zones", () => {
  it("agree with luxon in every IANA zone", () => {
    for (const name of names) {
      const zone = zoneOf(name)!;
      const expected = luxon(name);
      fc.assert(
        fc.property(fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }), (utc) => {
          const offset = zone.offsetAt(utc);
          expect(offset).toBe(expected(utc));
          // Whatever is local here and now leads back to now, or is one of two.
          const local = utc + offset;
          const candidates = zone.candidates(local);
          expect(candidates).toContain(utc);
          expect(zone.toUtc(local)).toBe(candidates.length === 1 ? utc : Number.NaN);
          for (const candidate of candidates) expect(candidate + expected(candidate)).toBe(local);
        }),
        { numRuns: 12 },
      );
    }
  });

  it("agree with luxon day by day through the years that matter", () => {
    for (const name of [
      "America/New_York",
      "Europe/Berlin",
      "Asia/Kolkata",
      "Africa/Casablanca",
      "Australia/Lord_Howe",
      "America/Sao_Paulo",
      "Asia/Gaza",
      "Antarctica/Troll",
    ]) {
      const zone = zoneOf(name)!;
      const expected = luxon(name);
      for (let utc = 1_262_304_000; utc < 1_420_070_400; utc += 86_400 + 3_601) {
        expect(zone.offsetAt(utc)).toBe(expected(utc));
      }
    }
  });

  it("tell a time that never was from one that was twice", () => {
    const berlin = zoneOf("Europe/Berlin")!;
    expect(berlin.candidates(at("2024-03-31T02:30:00"))).toEqual([]);
    expect(berlin.candidates(at("2024-10-27T02:30:00"))).toEqual([
      at("2024-10-27T00:30:00"),
      at("2024-10-27T01:30:00"),
    ]);
    expect(berlin.toUtc(at("2024-07-01T12:00:00"))).toBe(at("2024-07-01T10:00:00"));
    const apia = zoneOf("Pacific/Apia")!;
    expect(apia.candidates(at("2011-12-30T12:00:00"))).toEqual([]);
  });

  it("begin a day after midnight where midnight is in a gap", () => {
    const zone = zoneOf("America/Sao_Paulo")!;
    const days = Date.parse("2018-11-04T00:00:00Z") / 86_400_000;
    expect(new Date(zone.startOfDay(days) * 1000).toISOString()).toBe("2018-11-04T03:00:00.000Z");
    expect(new Date(zone.endOfDay(days - 1) * 1000).toISOString()).toBe("2018-11-04T02:59:59.000Z");
    expect(new Date(zone.endOfDay(days) * 1000).toISOString()).toBe("2018-11-05T01:59:59.000Z");
  });

  it("refuse names that are no zones", () => {
    for (const name of ["", "Nowhere/City", "__proto__", "constructor", "+25:00", "x".repeat(100_000)]) {
      expect(zoneOf(name)).toBeNull();
    }
    expect(zoneOf("+05:30")!.toUtc(19_800)).toBe(0);
  });
});
