import { award } from "./entities/award.js";
import { certification } from "./entities/certification.js";
import { completion } from "./entities/completion.js";
import { course } from "./entities/course.js";
import { enrollment } from "./entities/enrollment.js";
import { organization } from "./entities/organization.js";
import { user } from "./entities/user.js";
import type { Entity, EntityName } from "./kinds.js";

/** An entity whose fields are its own alone: mappings name fields, and `constructor` is none. */
const bare = (entity: Entity): Entity => ({
  ...entity,
  fields: Object.assign(Object.create(null) as Record<string, never>, entity.fields),
});

/** Every entity, in the order they are loaded: what is referred to comes first. */
export const entities: Readonly<Record<EntityName, Entity>> = {
  organization: bare(organization),
  user: bare(user),
  course: bare(course),
  certification: bare(certification),
  enrollment: bare(enrollment),
  completion: bare(completion),
  award: bare(award),
};

/** The entities' names in loading order. */
export const entityNames = Object.keys(entities) as readonly EntityName[];

const names = Object.fromEntries(
  Object.values(entities).map((entity) => [entity.name, Object.keys(entity.fields)]),
) as unknown as Readonly<Record<EntityName, readonly string[]>>;

/** The fields of an entity in declared order; the order of columns everywhere. */
export const fieldNames = (name: EntityName): readonly string[] => names[name];

const empty = Object.fromEntries(
  entityNames.map((name) => [name, Object.fromEntries(names[name].map((field) => [field, null]))]),
) as Readonly<Record<EntityName, Readonly<Record<string, null>>>>;

/** A record of an entity with every field null. */
export const emptyRecord = (name: EntityName): Record<string, null> => ({ ...empty[name] });

const references = Object.fromEntries(
  Object.values(entities).map(({ name, fields }) => [
    name,
    Object.entries(fields).flatMap(([field, { kind, entity }]) =>
      kind === "ref" ? [{ field, to: entity! }] : [],
    ),
  ]),
) as unknown as Readonly<Record<EntityName, readonly { readonly field: string; readonly to: EntityName }[]>>;

/** The fields of an entity that refer to one other record each, with the entity they refer to. */
export const singleReferences = (
  name: EntityName,
): readonly { readonly field: string; readonly to: EntityName }[] => references[name];
