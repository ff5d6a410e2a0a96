import type { CanonicalValue, IssueCode, SourceValue, TargetValue } from "@cutover/model";
import type { FoundIssue, Outgoing, TargetContext } from "./contract.js";
import { failed, type Failed, type Value } from "./value.js";

/** A row an alias names: one that was written or found, or one of a reference. */
export interface Bound {
  readonly values: Readonly<Record<string, TargetValue | SourceValue>>;
  /** The generated id; null where it is not known, and for rows of references. */
  readonly id: number | null;
  /** Whether the row was made now. */
  readonly isNew: boolean;
}

/** What `each` is at. */
export interface Item {
  readonly key: string | null;
  readonly value: Value;
  readonly index: number;
}

const noIssues: readonly FoundIssue[] = [];
const nothing: readonly string[] = [];

/**
 * What a pipeline sees while one record is mapped. One object a mapping, reset for each record: mapping is
 * synchronous, and nothing of a record outlives it here.
 */
export class Scope {
  /** Inbound: the source row. */
  row: readonly SourceValue[] = [];
  /** Outbound: the record on its way out. */
  out: Outgoing = { record: {}, targetKeys: {} };
  /** After inbound mapping, for checks: the canonical values of the page's rows, field by field ... */
  values: readonly (readonly CanonicalValue[])[] = [];
  /** ... and the row's place among them. */
  place = 0;
  /** Outbound: what the target holds; null where only the projection is computed. */
  target: TargetContext | null = null;
  /** Outbound: the rows aliases name, by the alias's place; null where none was written yet. */
  readonly bound: (Bound | null)[] = [];
  /** Outbound: where each `each` is, by the alias's place. */
  readonly items: (Item | null)[] = [];
  /** Outbound: the id of the row being computed. */
  selfId: number | null = null;
  /** The field or column being computed, for issues. */
  field: string | null = null;
  #issues: FoundIssue[] | null = null;
  #deferred: Set<string> | null = null;

  /** Notes what is wrong with the record, never with the value itself in the note. */
  fail(code: IssueCode, note: string | null): Failed {
    this.note(code, "flag", note);
    return failed;
  }

  note(code: IssueCode, severity: "flag" | "warning", note: string | null): void {
    (this.#issues ??= []).push({ code, severity, field: this.field, note });
  }

  /** Outbound: notes a field whose reference has no target key yet. */
  defer(field: string): void {
    (this.#deferred ??= new Set()).add(field);
  }

  /** The fields noted since the last call. */
  takeDeferred(): readonly string[] {
    if (this.#deferred === null) return nothing;
    const deferred = [...this.#deferred];
    this.#deferred = null;
    return deferred;
  }

  /** Whether any issue was noted since they were last taken. */
  get hasIssues(): boolean {
    return this.#issues !== null;
  }

  /** The issues noted since the last call. */
  takeIssues(): readonly FoundIssue[] {
    const issues = this.#issues;
    this.#issues = null;
    return issues ?? noIssues;
  }
}

/** Reads one value from what is being mapped. */
export type Getter = (scope: Scope) => Value | Failed;
