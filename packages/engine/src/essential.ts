import { entities, fieldNames, type EntityName } from "@cutover/model";

/**
 * Whether a record is nothing without the reference. A completion's course is one though the model lets
 * it be absent: absent means training outside the catalogue, and that would be another fact.
 */
export const isEssential = (entity: EntityName, field: string): boolean =>
  entities[entity].fields[field]!.required === true || (entity === "completion" && field === "course");

/** Fields that refer to one record of another entity. */
export const outwardReferences = (entity: EntityName): readonly string[] =>
  fieldNames(entity).filter((name) => {
    const field = entities[entity].fields[name]!;
    return field.kind === "ref" && field.entity !== entity;
  });
