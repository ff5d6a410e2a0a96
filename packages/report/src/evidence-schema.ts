import { dispositions, entityNames, verdicts } from "@cutover/model";

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const whole: Schema = { type: "integer", minimum: 0 };
const flag: Schema = { type: "boolean" };
const entity: Schema = { enum: entityNames };
const oneOf = (...values: readonly string[]): Schema => ({ enum: values });
const maybe = (schema: Schema): Schema => ({ anyOf: [{ type: "null" }, schema] });
const list = (items: Schema): Schema => ({ type: "array", items });
const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const counts = (names: readonly string[]): Schema =>
  object(Object.fromEntries(names.map((name) => [name, whole])));

/** The JSON Schema (2020-12) of `report.json`. */
export const evidenceSchema: Schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Cutover evidence",
  description: "All that a reconciliation report says. Instants are ISO 8601 in UTC.",
  ...object({
    format: { const: "cutover-evidence/1" },
    migration: text,
    tool: text,
    writtenAt: text,
    verdict: object({
      outcome: oneOf("match", "mismatch", "not reconciled"),
      balanced: flag,
      sentence: text,
      remarks: list(text),
    }),
    run: object({
      id: whole,
      kind: oneOf("rehearsal", "production"),
      state: oneOf("running", "interrupted", "finished", "undone"),
      plannedAt: text,
      startedAt: text,
      finishedAt: maybe(text),
      reconciledAt: maybe(text),
      scope: text,
      approvals: list(object({ answer: oneOf("yes", "no"), by: text, at: text, because: maybe(text) })),
    }),
    sides: list(object({ name: text, role: oneOf("source", "target"), system: text, title: text })),
    extracts: list(
      object({
        side: text,
        moment: oneOf("source", "before", "after"),
        entity,
        mapping: text,
        counted: whole,
        read: whole,
      }),
    ),
    entities: list(
      object({
        entity,
        balance: counts(["read", ...dispositions]),
        reconciled: maybe(counts(["source", "target", ...verdicts])),
      }),
    ),
    others: list(
      object({ entity, what: oneOf("there before", "held back", "shared"), records: whole, sentence: text }),
    ),
    reasons: list(
      object({
        entity,
        disposition: oneOf(...dispositions),
        reason: text,
        because: maybe(text),
        count: whole,
      }),
    ),
    totals: list(
      object({
        entity,
        measure: text,
        grouping: { type: "object", additionalProperties: text },
        source: maybe(text),
        ledger: maybe(text),
        before: maybe(text),
        expected: maybe(text),
        after: maybe(text),
        atSource: maybe(oneOf("ties", "differs", "not comparable")),
        atTarget: maybe(oneOf("ties", "differs", "not comparable")),
        ties: maybe(flag),
      }),
    ),
    differences: list(
      object({
        entity,
        verdict: oneOf(...verdicts),
        field: maybe(text),
        rule: maybe(text),
        count: whole,
        pairs: list(object({ source: maybe(text), target: maybe(text), count: whole })),
      }),
    ),
    waiting: counts(["records", "own", "dependent", "decided"]),
    flags: list(
      object({
        code: text,
        severity: oneOf("flag", "warning"),
        entity,
        meaning: text,
        remedy: text,
        count: whole,
        waiting: whole,
      }),
    ),
    decisions: list(
      object({
        code: text,
        action: text,
        entity,
        field: maybe(text),
        by: text,
        because: text,
        firstAt: text,
        lastAt: text,
        count: whole,
      }),
    ),
    fidelity: list(
      object({
        mapping: text,
        entity,
        field: text,
        fidelity: oneOf("kept", "overwritten", "no slot"),
        column: maybe(text),
        because: maybe(text),
      }),
    ),
    conditions: list(
      object({
        moment: oneOf("before", "after"),
        name: text,
        because: text,
        outcome: oneOf("holds", "fails", "to be signed"),
        manual: maybe(text),
      }),
    ),
    exceptions: list(
      object({
        kind: oneOf("missing", "different", "unexpected", "flagged", "settled", "warning"),
        entity,
        code: maybe(text),
        mapping: maybe(text),
        key: maybe(text),
        file: maybe(text),
        at: maybe(whole),
        what: maybe(text),
        field: maybe(text),
        source: maybe(text),
        expected: maybe(text),
        target: maybe(text),
        targetKey: maybe(text),
        note: maybe(text),
        settled: maybe(text),
      }),
    ),
    exceptionCount: whole,
    recordCount: whole,
    files: list(object({ name: text, holds: text, rows: whole, bytes: whole, sha256: text })),
    seal: object({
      plan: text,
      definition: text,
      staged: text,
      target: text,
      events: whole,
      head: text,
      intact: flag,
    }),
  }),
};
