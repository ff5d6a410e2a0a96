import type { KeyDef } from "../definition.js";
import { splitKey } from "../key.js";
import type { Problems } from "./problems.js";
import { keyParts } from "./key.js";

/** Reads the id of the record's own row out of the target's key; null where the key does not hold it. */
export type IdReader = (targetKey: string) => number | null;

/** Compiles the reader of `name` (`user.id`) in keys of the form; null where the form does not hold it. */
export function compileIdReader(def: KeyDef, name: string, problems: Problems): IdReader | null {
  const parts = keyParts(def, problems);
  const at = parts.findIndex((part) => "name" in part && part.name === name);
  if (at < 0) return null;
  if (def.kind === "names") {
    return (key) => (parts.length === 1 ? toId(key) : toId(splitKey(key)[at] ?? ""));
  }
  // An id is digits, so what stands around it need only be long enough.
  const escaped = parts.map((part, i) => {
    if ("text" in part) return part.text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    return i === at ? "(\\d+)" : "[^]*?";
  });
  const names = parts.filter((part) => "name" in part).length;
  const form = new RegExp(`^${escaped.join("")}$`);
  return (key) => (names > 4 ? null : toId(form.exec(key)?.[1] ?? ""));
}

function toId(text: string): number | null {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : null;
}
