import { createHash } from "node:crypto";
import type { VanishedPolicy } from "@cutover/intake";
import { canonicalJson, type EntityName } from "@cutover/model";

/** Fields that together tell two records of an entity to be the same. Compared in NFC, lower case, trimmed. */
export interface MatchKey {
  /** All of them must be there on both sides. */
  readonly fields: readonly string[];
  /** Part of the key, where absent equals absent. */
  readonly optional?: readonly string[] | undefined;
  /** The key is not tried for records that have one of these: they are told apart by a stronger key. */
  readonly unless?: readonly string[] | undefined;
  /** Two records that both have it and differ in it are never the same, whatever else matches. */
  readonly decides?: boolean | undefined;
}

/** What an enriching source adds to records of the others. */
export interface Enrichment {
  /** The enriching source, by its name in migration.yaml. */
  readonly from: string;
  /** Fields whose value is taken from it, where it has one. */
  readonly fields: readonly string[];
  /** Its records that match none: left out by the rule `no-counterpart`, or migrated like others. */
  readonly unmatched: "exclude" | "create";
}

/** How records are recognized, declared in migration.yaml. What is not declared has the defaults below. */
export interface MatchPolicy {
  readonly keys?: Readonly<Partial<Record<EntityName, readonly MatchKey[]>>> | undefined;
  readonly enrich?: Readonly<Partial<Record<EntityName, Enrichment>>> | undefined;
  /** What becomes of records that the source no longer has and the target does; `keep` where nothing is said. */
  readonly vanished?: VanishedPolicy | undefined;
}

/** Rules the engine itself leaves records out by; each names itself in `record.reason`. */
export const engineRules = {
  "no-outbound-mapping": "The target has no place for this kind of record.",
  "no-counterpart": "The enriching source tells of a record that the others do not have.",
} as const;

/** Keys tried in order, the strongest first. */
export const defaultKeys: Readonly<Record<EntityName, readonly MatchKey[]>> = {
  organization: [
    { fields: ["code"], decides: true },
    { fields: ["name"], unless: ["code"] },
  ],
  user: [
    { fields: ["employeeId"], decides: true },
    { fields: ["username"] },
    { fields: ["email", "familyName"] },
  ],
  course: [{ fields: ["code"], optional: ["version"] }],
  // A badge and a certificate of one name are two things.
  certification: [
    { fields: ["code"], decides: true },
    { fields: ["name"], optional: ["kind"], unless: ["code"] },
  ],
  enrollment: [{ fields: ["user", "course", "role"], optional: ["session"] }],
  completion: [
    { fields: ["user", "course", "attempt"] },
    { fields: ["user", "course", "completedAt"] },
    { fields: ["user", "title", "completedAt"], unless: ["course"] },
  ],
  award: [{ fields: ["user", "certification", "number"] }, { fields: ["user", "certification", "issuedAt"] }],
};

export const keysOf = (policy: MatchPolicy, entity: EntityName): readonly MatchKey[] =>
  policy.keys?.[entity] ?? defaultKeys[entity];

/**
 * The digest of everything that decides what a load would do except data: each system's effective
 * definition, source by source and the target's, and the policies. SHA-256, hex.
 */
export function definitionDigest(
  sides: readonly {
    readonly name: string;
    readonly role: string;
    readonly system: { readonly digest: string };
  }[],
  policy: MatchPolicy,
): string {
  const systems = sides.map(({ name, role, system }) => [name, role, system.digest]);
  return createHash("sha256").update(canonicalJson({ systems, policy })).digest("hex");
}
