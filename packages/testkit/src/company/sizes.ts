import type { Day } from "./calendar.js";

export interface Size {
  readonly users: number;
  readonly courses: number;
  readonly transcript: number;
  readonly certifications: number;
  readonly awards: number;
  /** How often each kind of defect is planted. */
  readonly defects: number;
}

export const sizes = {
  /** For a test that has to be quick. */
  tiny: { users: 150, courses: 30, transcript: 1_200, certifications: 4, awards: 120, defects: 1 },
  /** A company of middle size. */
  mid: { users: 5_000, courses: 300, transcript: 60_000, certifications: 8, awards: 6_000, defects: 3 },
} as const satisfies Record<string, Size>;

export type SizeName = keyof typeof sizes;

export interface CompanyOptions {
  readonly seed?: number;
  readonly size?: SizeName | Size;
  /** The day the exports were taken. */
  readonly today?: Day;
}
