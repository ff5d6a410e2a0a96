import type { RowKey } from "../contract.js";
import type { InboundDef } from "../definition.js";
import { splitKey } from "../key.js";
import { keyNames } from "../lint/usage.js";
import { Scope } from "../scope.js";
import { templateParts } from "../steps/template.js";
import type { KeyMaker } from "./key.js";

/** How an inbound mapping's key is made of its extract's columns. */
export function rowKey({ extract, key: def }: InboundDef, make: KeyMaker): RowKey {
  const known = new Set(extract.spec.columns.map(({ name }) => name));
  const names = keyNames(def);
  const columns = [...new Set(names)].filter((name) => known.has(name));
  const scope = new Scope();
  // A parameter in a key, or a column named twice: the way back is not plain, and nobody needs it.
  const isPlain = columns.length === names.length;
  const around = def.kind === "template" && isPlain ? aroundOnly(def.template) : null;
  return {
    columns,
    of(row) {
      scope.row = row;
      const key = make(scope);
      scope.takeIssues();
      return key;
    },
    parts(key) {
      if (def.kind === "template") return around === null ? null : between(key, around);
      if (!isPlain) return null;
      const parts = columns.length === 1 ? [key] : splitKey(key);
      return parts.length === columns.length ? parts : null;
    },
  };
}

interface Around {
  readonly before: string;
  readonly after: string;
}

/** What stands before and after the only name of a template; null where there are several names. */
function aroundOnly(template: string): Around | null {
  const parts = templateParts(template) ?? [];
  const at = parts.findIndex((part) => "name" in part);
  if (at < 0 || parts.filter((part) => "name" in part).length > 1) return null;
  const text = (some: typeof parts): string => some.map((part) => ("text" in part ? part.text : "")).join("");
  return { before: text(parts.slice(0, at)), after: text(parts.slice(at + 1)) };
}

const between = (key: string, { before, after }: Around): readonly string[] | null =>
  key.length > before.length + after.length && key.startsWith(before) && key.endsWith(after)
    ? [key.slice(before.length, key.length - after.length)]
    : null;
