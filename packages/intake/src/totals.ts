import { readTotals, writeTotals, type Ledger, type Total, type TotalMoment } from "@cutover/ledger";
import { entities, type Disposition, type EntityName, type SourceValue } from "@cutover/model";
import type { Side } from "./side.js";

/** What `total` holds of every mapping besides the totals a system declares: the rows of its extract. */
const ofRows = (measure: string): boolean => measure.startsWith("rows ");

const isMeasure = (column: string): boolean => /^(count$|sum_|first_|last_)/.test(column);

/** Digits after the point that sums are compared to: as many as any known system keeps. */
const digits = 5;

/** A number as the shortest decimal text, so that 87.50000, 87.5 and 87.500001 in floats are one. */
function decimalText(value: SourceValue): string {
  const text = typeof value === "number" ? value.toFixed(digits) : String(value);
  if (!/^-?\d+\.\d+$/.test(text)) return text;
  const short = Number(text.split(".")[1]!.slice(digits) || "0") === 0 ? text : Number(text).toFixed(digits);
  return short.replace(/\.?0+$/, "");
}

function measured(column: string, value: SourceValue): string | null {
  if (value === null) return null;
  return column.startsWith("sum_") || column === "count" ? decimalText(value) : String(value);
}

/**
 * Takes the control totals a system declares: plain queries on the raw data, past the mappings. They are
 * kept in the ledger and returned.
 */
export async function takeTotals(ledger: Ledger, side: Side, moment: TotalMoment): Promise<readonly Total[]> {
  const totals: Total[] = [];
  for (const { entity, sql } of side.system.totals) {
    for (const row of await side.extractor.query(sql, side.system.extracts)) {
      const columns = Object.entries(row);
      const grouping = Object.fromEntries(
        columns
          .filter(([name]) => !isMeasure(name))
          .map(([name, value]) => [name, value === null ? null : String(value)]),
      );
      for (const [measure, value] of columns.filter(([name]) => isMeasure(name))) {
        totals.push({ entity, measure, grouping, value: measured(measure, value) });
      }
    }
  }
  ledger.transaction(() => {
    // What was taken before makes way, also where there is nothing to measure any more.
    ledger.db
      .prepare("DELETE FROM total WHERE side = ? AND moment = ? AND measure NOT LIKE 'rows %'")
      .run(side.id, moment);
    writeTotals(ledger, side.id, moment, totals);
    ledger.append("totals-taken", { side: side.name, moment, totals: totals.length });
  });
  return totals;
}

/** A control total over the ledger's own records. */
export interface LedgerTotal extends Total {
  readonly disposition: Disposition | null;
}

/** The date an entity's totals are grouped by the year of. */
const yearOf: Partial<Readonly<Record<EntityName, string>>> = {
  user: "createdAt",
  course: "createdAt",
  certification: "createdAt",
  enrollment: "enrolledAt",
  completion: "completedAt",
  award: "issuedAt",
};

function groupingSql(entity: EntityName, name: string): string {
  const { fields } = entities[entity];
  if (name === "year") return yearOf[entity] === undefined ? "NULL" : `substr(e."${yearOf[entity]}", 1, 4)`;
  if (name === "organization" && fields[name] === undefined && fields["user"] !== undefined) {
    return `(SELECT organization FROM "user" u WHERE u.id = e."userId")`;
  }
  return fields[name] === undefined ? "NULL" : `e."${name}"`;
}

/** Whether the ledger can tell the groups of a grouping column. */
export const isTold = (entity: EntityName, name: string): boolean => groupingSql(entity, name) !== "NULL";

function measureSql(entity: EntityName, measure: string): string {
  if (measure === "count") return "COUNT(*)";
  const [, kind, field] = /^(sum|first|last)_(.+)$/.exec(measure) ?? [];
  if (field === undefined || entities[entity].fields[field] === undefined) return "NULL";
  const column = `e."${field}"`;
  if (kind === "first") return `MIN(${column})`;
  if (kind === "last") return `MAX(${column})`;
  // Summed as integers: a sum of a million floats is no control total.
  return `SUM(CAST(round(CAST(${column} AS REAL) * 1e${digits}) AS INTEGER))`;
}

function scaled(value: Grouped): string | null {
  if (value === null) return null;
  const whole = String(value);
  const sign = whole.startsWith("-") ? "-" : "";
  const text = whole.slice(sign.length).padStart(digits + 1, "0");
  return decimalText(`${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`);
}

/**
 * The measures that were taken of a source, over the ledger's records and by their disposition: with
 * `takeTotals` they show that what was read is what the source has. Records that were not mapped
 * (excluded rows, rejected rows) have null in every grouping. Of one entity, or of all.
 */
export function ledgerTotals(
  ledger: Ledger,
  side: { readonly id: number },
  only?: EntityName,
): readonly LedgerTotal[] {
  const taken = readTotals(ledger, side.id, "source").filter(
    (t) => !ofRows(t.measure) && (only === undefined || t.entity === only),
  );
  const totals: LedgerTotal[] = [];
  for (const entity of new Set(taken.map((t) => t.entity))) {
    const of = taken.filter((t) => t.entity === entity);
    const measures = [...new Set(of.map((t) => t.measure))];
    const groupings = [...new Set(of.flatMap((t) => Object.keys(t.grouping)))];
    for (const [disposition, ...values] of groupedRows(ledger, side.id, { entity, measures, groupings })) {
      const grouping = Object.fromEntries(
        groupings.map((name, i) => [name, values[i] === null ? null : String(values[i])]),
      );
      measures.forEach((measure, i) => {
        const value = values[groupings.length + i]!;
        totals.push({
          entity,
          measure,
          grouping,
          disposition: disposition as Disposition | null,
          value: measure.startsWith("sum_") ? scaled(value) : value === null ? null : String(value),
        });
      });
    }
  }
  return totals;
}

type Grouped = string | number | bigint | null;

/** Records that are grouped at a time: to sort all of them at once takes longer, and memory for all of them. */
const groupedAtOnce = 10_000;

/** A row for each group of records: disposition, groupings, measures. */
function groupedRows(
  ledger: Ledger,
  side: number,
  {
    entity,
    measures,
    groupings,
  }: {
    readonly entity: EntityName;
    readonly measures: readonly string[];
    readonly groupings: readonly string[];
  },
): Iterable<Grouped[]> {
  const first = groupings.length + 1;
  const select = ledger.db
    .prepare(
      `SELECT ${["r.disposition", ...groupings.map((g) => groupingSql(entity, g)), ...measures.map((m) => measureSql(entity, m))].join(", ")}
       FROM record r LEFT JOIN "${entity}" e ON e.id = r.id
       WHERE r.id BETWEEN ? AND ?
         AND +r.mapping IN (SELECT id FROM mapping WHERE side = ? AND direction = 'inbound' AND entity = ?)
         AND r.gone IS NULL
       GROUP BY ${["r.disposition", ...groupings.map((_, i) => String(i + 2))].join(", ")}`,
    )
    .raw()
    .safeIntegers();
  const groups = new Map<string, Grouped[]>();
  const last = ledger.db.prepare("SELECT max(id) FROM record").pluck().get() as number | null;
  for (let from = 1; from <= (last ?? 0); from += groupedAtOnce) {
    for (const row of select.all(from, from + groupedAtOnce - 1, side, entity) as Grouped[][]) {
      const name = JSON.stringify(
        row.slice(0, first).map((value) => (value === null ? null : String(value))),
      );
      const group = groups.get(name);
      if (group === undefined) groups.set(name, row);
      else
        measures.forEach(
          (measure, i) => (group[first + i] = combined(measure, group[first + i]!, row[first + i]!)),
        );
    }
  }
  return groups.values();
}

/** A measure over two parts. */
function combined(measure: string, a: Grouped, b: Grouped): Grouped {
  if (a === null || b === null) return a ?? b;
  if (measure === "count" || measure.startsWith("sum_")) return BigInt(a) + BigInt(b);
  return a < b === measure.startsWith("first_") ? a : b;
}
