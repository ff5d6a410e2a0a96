import type { EntityName, IssueCode } from "@cutover/model";
import { earlier, inFuture } from "./rule-sql.js";

interface Common {
  readonly name: string;
  readonly code: IssueCode;
  readonly severity: "flag" | "warning";
  readonly entity: EntityName;
  readonly field: string;
  /** One sentence: what is wrong where the rule finds something. */
  readonly because: string;
}

/** A rule over one record and what it refers to. */
export interface RecordRule extends Common {
  /**
   * SQL that holds where something is wrong. `e` is the record; `u` and `c` are the user and the
   * certification it refers to; `@now` is the plan's instant.
   */
  readonly when: string;
  /** SQL of rows without which the rule finds nothing, from `FROM` on: asked once, it may save the question of every record. */
  readonly needs?: string;
}

/** A rule that a value is nobody else's within a side. */
export interface UniqueRule extends Common {
  /** SQL for the value that has to be unique; null is never shared. */
  readonly value: string;
  /** SQL that holds where the record takes part. */
  readonly among?: string;
}

const someHired = `FROM "user" WHERE "hireDate" IS NOT NULL`;

/**
 * The set-wise checks: what a mapping cannot see, because it sees one row at a time. A rule is silent
 * where the field it speaks of was flagged already when it was mapped.
 */
export const recordRules: readonly RecordRule[] = [
  {
    name: "completed-before-started",
    code: "date-order",
    severity: "flag",
    entity: "completion",
    field: "completedAt",
    because: "It was completed before it was begun.",
    when: earlier(`e."completedAt"`, `e."startedAt"`),
  },
  {
    name: "left-before-hired",
    code: "date-order",
    severity: "flag",
    entity: "user",
    field: "leaveDate",
    because: "The last day of employment lies before the first.",
    when: `e."leaveDate" < e."hireDate" AND e."status" <> 'deleted'`,
  },
  {
    name: "course-ends-before-it-starts",
    code: "date-order",
    severity: "flag",
    entity: "course",
    field: "endsAt",
    because: "The course ends before it starts.",
    when: earlier(`e."endsAt"`, `e."startsAt"`),
  },
  {
    name: "enrollment-ends-before-it-starts",
    code: "date-order",
    severity: "flag",
    entity: "enrollment",
    field: "endsAt",
    because: "The enrollment ends before it starts.",
    when: earlier(`e."endsAt"`, `e."startsAt"`),
  },
  {
    name: "expires-before-issued",
    code: "date-order",
    severity: "flag",
    entity: "award",
    field: "expiresAt",
    because: "The award expires before it was issued.",
    when: earlier(`e."expiresAt"`, `e."issuedAt"`),
  },
  {
    // Waivers and external training may well be older than the employment.
    name: "completed-before-hire",
    code: "before-hire",
    severity: "flag",
    entity: "completion",
    field: "completedAt",
    because: "The course was completed before the person was hired.",
    when: `e."course" IS NOT NULL AND e."status" IN ('completed', 'passed', 'failed')
      AND ${earlier(`e."completedAt"`, `u."hireDate"`)}`,
    needs: someHired,
  },
  {
    name: "issued-before-hire",
    code: "before-hire",
    severity: "warning",
    entity: "award",
    field: "issuedAt",
    because: "The award was issued before the person was hired.",
    when: earlier(`e."issuedAt"`, `u."hireDate"`),
    needs: someHired,
  },
  {
    name: "completed-in-the-future",
    code: "future-date",
    severity: "flag",
    entity: "completion",
    field: "completedAt",
    because: "The completion lies in the future.",
    when: inFuture(`e."completedAt"`),
  },
  {
    name: "issued-in-the-future",
    code: "future-date",
    severity: "flag",
    entity: "award",
    field: "issuedAt",
    because: "The award lies in the future.",
    when: inFuture(`e."issuedAt"`),
  },
  {
    // A day is allowed: an expiry is often said as the last day, in the zone of the place.
    name: "outlives-certification",
    code: "outlives-rule",
    severity: "flag",
    entity: "award",
    field: "expiresAt",
    because: "The award expires later than its certification allows.",
    when: `coalesce(c."basis", 'completion') = 'completion'
      AND substr(e."expiresAt", 1, 10) > date(add_duration(e."issuedAt", c."validFor"), '+1 day')`,
  },
  {
    name: "score-outside-scale",
    code: "score-out-of-scale",
    severity: "flag",
    entity: "completion",
    field: "score",
    because: "The score lies outside its scale.",
    // Asked for first: most systems say nothing of the scale.
    when: `(e."scoreMax" IS NOT NULL AND CAST(e."score" AS REAL) > CAST(e."scoreMax" AS REAL))
      OR (e."scoreMin" IS NOT NULL AND CAST(e."score" AS REAL) < CAST(e."scoreMin" AS REAL))`,
  },
  {
    name: "completed-without-date",
    code: "required-field",
    severity: "flag",
    entity: "completion",
    field: "completedAt",
    because: "It counts as completed, and nobody knows since when.",
    when: `e."completedAt" IS NULL AND e."status" IN ('completed', 'passed')`,
  },
  {
    name: "completion-of-nothing",
    code: "required-field",
    severity: "flag",
    entity: "completion",
    field: "course",
    because: "It names neither a course nor an external training.",
    when: `e."course" IS NULL AND e."title" IS NULL`,
  },
  {
    name: "date-without-completion",
    code: "check-failed",
    severity: "warning",
    entity: "completion",
    field: "completedAt",
    because: "It has a date of completion, and is not completed.",
    when: `e."completedAt" IS NOT NULL AND e."status" IN ('not_started', 'in_progress')`,
  },
];

/** Deleted accounts give their values up: who came later may have them. */
const present = `e."status" <> 'deleted'`;

export const uniqueRules: readonly UniqueRule[] = [
  {
    name: "username-shared",
    code: "duplicate-value",
    severity: "flag",
    entity: "user",
    field: "username",
    because: "Two people log in with the same name (capitals do not count).",
    value: `fold(e."username")`,
    among: present,
  },
  {
    name: "employee-id-shared",
    code: "duplicate-value",
    severity: "flag",
    entity: "user",
    field: "employeeId",
    because: "Two people have the same employee number.",
    value: `fold(e."employeeId")`,
    among: present,
  },
  {
    // Many systems allow it: shared mailboxes on the shop floor.
    name: "email-shared",
    code: "duplicate-value",
    severity: "warning",
    entity: "user",
    field: "email",
    because: "Two people have the same e-mail address (capitals do not count).",
    value: `fold(e."email")`,
    among: present,
  },
  {
    name: "course-code-shared",
    code: "duplicate-value",
    severity: "flag",
    entity: "course",
    field: "code",
    because: "Two courses have the same code and version.",
    value: `e."code" || char(31) || coalesce(e."version", '')`,
  },
  {
    name: "certification-code-shared",
    code: "duplicate-value",
    severity: "flag",
    entity: "certification",
    field: "code",
    because: "Two certifications of a kind have the same code.",
    value: `e."code" || char(31) || coalesce(e."kind", '')`,
  },
];

/** References that may be empty in the target: where they lead nowhere, the record goes on without them. */
export const softReferences: ReadonlySet<string> = new Set([
  "organization.parent",
  "user.organization",
  "user.manager",
  "course.equivalents",
  "certification.course",
]);

/** References along which a walk must end. A person can be their own superior on paper; a tree cannot. */
export const treeReferences = [
  {
    name: "organization-circle",
    entity: "organization",
    field: "parent",
    severity: "flag",
    because: "The organization is, by detours, a part of itself.",
  },
  {
    name: "manager-circle",
    entity: "user",
    field: "manager",
    severity: "warning",
    because: "The person is, by detours, their own manager.",
  },
] as const;
