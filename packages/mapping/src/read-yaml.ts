import { readFileSync } from "node:fs";
import type { Position, Problem } from "@cutover/model";
import { validate } from "./parse/validate.js";
import type { JsonSchema } from "./schema/common.js";
import { locate, plain } from "./source/node.js";
import { parseYaml } from "./source/yaml.js";

export interface ReadYaml {
  /** Plain data that is as the schema says; null when there are problems. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where something stands, by JSON pointer: `/target/system`. What is not there has the place of what should hold it. */
  readonly at: (pointer: string) => Position;
}

/** Reads one YAML file by a JSON Schema; everything that is wrong with it is told at once, with its place. */
export function readYaml(file: string, schema: JsonSchema, what: string): ReadYaml {
  const nowhere = (): Position => ({ file });
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return {
      value: null,
      problems: [{ message: "the file is missing or cannot be read", at: { file } }],
      at: nowhere,
    };
  }
  const { root, problems } = parseYaml(file, text);
  if (root === null) return { value: null, problems, at: nowhere };
  const found = validate(schema, root, what);
  const at = (pointer: string): Position => locate(root, pointer).key;
  return found.length === 0 ? { value: plain(root), problems: [], at } : { value: null, problems: found, at };
}
