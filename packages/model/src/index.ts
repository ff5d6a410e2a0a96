export * from "./codes.js";
export * from "./disposition.js";
export * from "./entities.js";
export type { Award } from "./entities/award.js";
export type { Certification } from "./entities/certification.js";
export type { Completion } from "./entities/completion.js";
export type { Course } from "./entities/course.js";
export type { Enrollment } from "./entities/enrollment.js";
export type { Organization } from "./entities/organization.js";
export type { User } from "./entities/user.js";
export * from "./errors.js";
export * from "./issue.js";
export * from "./issue-codes.js";
export type {
  CanonicalRecord,
  CanonicalValue,
  Credit,
  Entity,
  EntityName,
  Field,
  Kind,
  RecordOf,
} from "./kinds.js";
export * from "./medium.js";
export * from "./nearest.js";
export * from "./schema.js";
export * from "./values.js";
export * from "./writing-failure.js";
