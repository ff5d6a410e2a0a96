import { dispositions, entityNames, errorCodes, verdicts } from "@cutover/model";

const whole = { type: "integer", minimum: 0 } as const;
const text = { type: "string" } as const;
const counts = (names: readonly string[]) => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, whole])),
  required: names,
});
const perEntity = (schema: object) => ({
  type: "object",
  properties: Object.fromEntries(entityNames.map((name) => [name, schema])),
  additionalProperties: false,
});
const list = (items: object) => ({ type: "array", items });
const of = (properties: Readonly<Record<string, object>>, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
});
const document = (title: string, properties: Readonly<Record<string, object>>) => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title,
  ...of(properties),
});

const balances = perEntity(counts(["read", ...dispositions]));
const kind = { enum: ["rehearsal", "production"] } as const;

const nullable = (schema: object) => ({ anyOf: [schema, { type: "null" }] });
const bool = { type: "boolean" } as const;
const problem = of({ message: text, at: { type: "object" }, remedy: text }, ["message"]);

/** What each command writes to stdout with `--json`, as JSON Schema (2020-12). A failed command writes `error`. */
export const outputSchemas: Readonly<Record<string, unknown>> = {
  init: document("cutover init --json", { folder: text, files: list(text) }),
  profile: document("cutover profile --json", {
    sources: list(
      of({
        source: text,
        extracts: list({ type: "object" }),
        mappings: list({ type: "object" }),
        effort: { type: "object" },
      }),
    ),
  }),
  check: document("cutover check --json", {
    systems: list(of({ system: text, digest: text, mappings: whole, examples: whole })),
    roundTrip: of({
      system: text,
      proven: whole,
      untried: whole,
      uncarried: list(of({ mapping: text, field: text })),
    }),
    live: list(
      of({
        side: text,
        looked: bool,
        state: { enum: ["looked at", "not given", "out of reach"] },
        because: nullable(text),
      }),
    ),
    warnings: list(problem),
  }),
  explain: document("cutover explain --json", {
    mappings: list(of({ mapping: text, text })),
  }),
  preview: document("cutover preview --json", {
    records: list(
      of({
        source: text,
        mapping: text,
        entity: { enum: entityNames },
        key: nullable(text),
        row: { type: "object" },
        excluded: nullable(text),
        record: nullable({ type: "object" }),
        issues: list({ type: "object" }),
        effects: list({ type: "object" }),
        target: nullable({ type: "object" }),
      }),
    ),
  }),
  approve: document("cutover approve --json", {
    digest: text,
    answer: { enum: ["yes", "no"] },
    by: text,
    at: text,
    because: nullable(text),
    file: text,
    approvals: list({ type: "object" }),
  }),
  run: document("cutover run --json", {
    run: whole,
    kind,
    balanced: { type: "boolean" },
    entities: balances,
    state: text,
    resumed: { type: "boolean" },
    repeated: { type: "boolean" },
    changedFiles: list(text),
    conditions: list({ type: "object" }),
  }),
  plan: document("cutover plan --json", {
    plan: of({
      id: whole,
      digest: text,
      definition: text,
      staged: text,
      target: text,
      tool: text,
      scope: {},
      createdAt: text,
    }),
    entities: balances,
    fidelity: list(
      of({
        mapping: text,
        entity: { enum: entityNames },
        field: text,
        fidelity: { enum: ["kept", "overwritten", "no slot"] },
        column: nullable(text),
        because: nullable(text),
        losses: list(text),
        values: whole,
        lost: whole,
      }),
    ),
    flags: list(
      of({
        code: text,
        severity: { enum: ["flag", "warning"] },
        entity: { enum: entityNames },
        records: whole,
        meaning: text,
      }),
    ),
    reasons: list(
      of({
        entity: { enum: entityNames },
        disposition: { enum: dispositions },
        reason: text,
        because: nullable(text),
        count: whole,
      }),
    ),
    undo: { enum: ["full", "deactivate", "none"] },
    read: list({ type: "object" }),
    target: list({ type: "object" }),
    checked: { type: "object" },
    empty: list(of({ source: text, extract: text, file: text })),
    before: list(
      of({
        name: text,
        because: text,
        severity: { enum: ["must", "should"] },
        checked: bool,
        manual: nullable(text),
      }),
    ),
    delta: nullable(
      of({
        run: nullable(whole),
        because: nullable(text),
        whole: list(of({ source: text, extract: text, because: text })),
      }),
    ),
  }),
  reconcile: document("cutover reconcile --json", {
    verdict: { enum: ["match", "mismatch"] },
    reconciliation: whole,
    run: nullable(whole),
    state: { enum: ["running", "interrupted", "finished"] },
    entities: perEntity(counts(["source", "target", ...verdicts])),
    others: list(
      of({
        entity: { enum: entityNames },
        what: { enum: ["there before", "held back", "shared"] },
        records: whole,
        sentence: text,
      }),
    ),
    totals: list({ type: "object" }),
  }),
  "flags-explain": document("cutover flags --explain --json", {
    meaning: text,
    remedy: text,
    code: text,
  }),
  flags: document("cutover flags --json", {
    counts: list(
      of({ code: text, severity: text, entity: { enum: entityNames }, records: whole, flags: whole }),
    ),
    words: list(of({ mapping: text, field: nullable(text), word: text, flags: whole })),
    flags: list({ type: "object" }),
  }),
  report: document("cutover report --json", {
    run: whole,
    folder: text,
    files: { type: "object" },
    verdict: { type: "object" },
    exceptions: whole,
  }),
  undo: document("cutover undo --json", {
    run: whole,
    batches: whole,
    deleted: whole,
    restored: whole,
    kept: list({ type: "object" }),
  }),
  error: document("A failed command's --json", {
    error: of({
      code: { enum: Object.keys(errorCodes) },
      message: text,
      stage: nullable(text),
      recovery: { enum: ["abort", "retry"] },
      remedy: nullable(text),
      driverCode: nullable(text),
      problems: list(problem),
    }),
  }),
};
