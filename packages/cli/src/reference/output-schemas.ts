import { dispositions, entityNames, verdicts } from "@cutover/model";

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
const document = (
  title: string,
  properties: Readonly<Record<string, object>>,
  required = Object.keys(properties),
) => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title,
  type: "object",
  properties,
  required,
});

const balances = perEntity(counts(["read", ...dispositions]));
const kind = { enum: ["rehearsal", "production"] } as const;

/** What each command writes to stdout with `--json`, as JSON Schema (2020-12). A failed command writes `error`. */
export const outputSchemas: Readonly<Record<string, unknown>> = {
  run: document("cutover run --json", {
    run: whole,
    kind,
    balanced: { type: "boolean" },
    entities: balances,
    state: text,
    resumed: { type: "boolean" },
    conditions: list({ type: "object" }),
  }),
  plan: document("cutover plan --json", {
    plan: document("plan", {
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
    fidelity: list({ type: "object" }),
    undo: { enum: ["full", "deactivate", "none"] },
    read: list({ type: "object" }),
    target: list({ type: "object" }),
    checked: { type: "object" },
  }),
  reconcile: document("cutover reconcile --json", {
    verdict: { enum: ["match", "mismatch"] },
    entities: perEntity(counts(["source", "target", ...verdicts])),
  }),
  flags: document("cutover flags --json", {
    counts: list({
      type: "object",
      properties: { code: text, severity: text, entity: { enum: entityNames }, count: whole },
    }),
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
    error: document("error", { code: text, message: text }, ["code", "message"]),
  }),
};
