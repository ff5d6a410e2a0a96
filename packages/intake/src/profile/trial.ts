import type { InboundMapping } from "@cutover/mapping";
import { entities, type EntityName, type IssueCode, type SourceValue } from "@cutover/model";
import type { ProfileScratch } from "./scratch.js";
import { Tally } from "./tally.js";
import type { MappingProfile } from "./types.js";

/** Maps an extract's rows as a load would, and keeps only the counts: what the mapping excludes, flags and refers to. */
export class MappingTrial {
  readonly #mapping: InboundMapping;
  readonly #scratch: ProfileScratch;
  readonly #references: readonly { readonly field: string; readonly entity: EntityName }[];
  readonly #excluded = new Tally(1000);
  readonly #issues = new Tally(1000);
  #rows = 0;
  #flagged = 0;

  constructor(mapping: InboundMapping, scratch: ProfileScratch) {
    this.#mapping = mapping;
    this.#scratch = scratch;
    this.#references = Object.entries(entities[mapping.entity].fields).flatMap(([field, { entity }]) =>
      entity === undefined ? [] : [{ field, entity }],
    );
  }

  add(row: readonly SourceValue[]): void {
    this.#rows++;
    const { key, excluded, record, issues } = this.#mapping.map(row);
    const { entity, name } = this.#mapping;
    if (excluded !== null) {
      this.#excluded.add(excluded);
      return;
    }
    if (issues.some(({ severity }) => severity === "flag")) this.#flagged++;
    for (const { code, field } of issues) this.#issues.add(`${code} ${field ?? ""}`);
    if (key !== null) this.#scratch.record(entity, key);
    for (const { field, entity: target } of this.#references) {
      const value = record?.[field] ?? null;
      for (const to of Array.isArray(value) ? value : [value]) {
        if (typeof to === "string") this.#scratch.refersTo(name, field, target, to);
      }
    }
  }

  /** Complete once every mapping of the source has been tried. */
  get profile(): MappingProfile {
    return {
      mapping: this.#mapping.name,
      entity: this.#mapping.entity,
      rows: this.#rows,
      excluded: this.#excluded.top().map(([rule, count]) => ({ rule, count })),
      flagged: this.#flagged,
      issues: this.#issues.top().map(([text, count]) => {
        const [code, field] = text.split(" ") as [IssueCode, string];
        return { code, field: field === "" ? null : field, count };
      }),
      orphans: this.#scratch
        .orphans()
        .filter(({ mapping }) => mapping === this.#mapping.name)
        .map(({ field, entity, records, keys }) => ({ field, entity, records, keys })),
    };
  }
}
