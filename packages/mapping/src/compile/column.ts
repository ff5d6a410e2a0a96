import type { TargetValue } from "@cutover/model";
import type { TableColumnDef } from "../definition.js";
import type { Scope } from "../scope.js";
import { longerThan } from "../text.js";
import { toText, type Value } from "../value.js";
import { coerceToColumn } from "./coerce.js";

/** Puts a value into a declared column: the last step on the way out, with a loss like the others. */
export interface ColumnSlot {
  readonly def: TableColumnDef;
  /** `user.lastname` */
  readonly label: string;
  /** What the column will hold; an issue is noted where it cannot hold the value. */
  put(value: Value, scope: Scope): TargetValue;
  /** What reading the column gives: an empty text is absent. */
  read(stored: TargetValue): Value;
  readonly loss: string | null;
}

export function columnSlot(def: TableColumnDef, label: string): ColumnSlot {
  const { type, scale, maxLength, nullable } = def;
  const absent = absentValue(def);
  return {
    def,
    label,
    put: (value, scope) => {
      if (value === null) {
        if (absent === undefined) scope.note("no-target-value", "flag", `${label} must hold a value`);
        return absent ?? null;
      }
      const stored = coerceToColumn(value, type, scale);
      if (stored === undefined) {
        scope.note("bad-value", "flag", `${label} takes ${def.sqlType}`);
        return null;
      }
      if (maxLength !== undefined && typeof stored === "string" && longerThan(stored, maxLength)) {
        scope.note("target-too-long", "flag", `${label} takes ${maxLength} characters`);
        return null;
      }
      if (stored === null && !nullable) return absent ?? null;
      return stored;
    },
    read: (stored) => (stored === "" ? null : stored),
    loss: scale === null || type !== "decimal" ? null : `digits after the ${scale}. behind the point`,
  };
}

/** What stands for absence: null where the column takes it, else its default; undefined where there is none. */
function absentValue({ nullable, type, scale, default: fallback }: TableColumnDef): TargetValue | undefined {
  if (nullable) return null;
  if (fallback === undefined || fallback === null) return undefined;
  return coerceToColumn(fallback, type, scale) ?? toText(fallback) ?? undefined;
}
