import { entities, fieldNames, type EntityName } from "@cutover/model";

/** Fields that refer to one record of another entity. */
export const outwardReferences = (entity: EntityName): readonly string[] =>
  fieldNames(entity).filter((name) => {
    const field = entities[entity].fields[name]!;
    return field.kind === "ref" && field.entity !== entity;
  });
