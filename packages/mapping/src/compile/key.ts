import type { KeyDef } from "../definition.js";
import { joinKey } from "../key.js";
import type { Getter, Scope } from "../scope.js";
import { templateParts, type TemplatePart } from "../steps/template.js";
import { failed, toText } from "../value.js";
import type { Names } from "./names.js";
import type { Problems } from "./problems.js";

/** Makes a record's key; null where a part of a joined key is missing, or every part of a template. */
export type KeyMaker = (scope: Scope) => string | null;

/** The pieces of a key: texts that stand for themselves, and names. Problems are noted. */
export function keyParts(def: KeyDef, problems: Problems): readonly TemplatePart[] {
  if (def.kind === "names") return def.names.map(({ name }) => ({ name }));
  const parts = templateParts(def.template);
  if (parts === null) problems.add(def.at, "the braces of the key do not fit", "{{ and }} stand for braces");
  return parts ?? [];
}

function readPart(scope: Scope, get: Getter): string | null {
  const value = get(scope);
  if (value === failed || value === null) return null;
  const text = toText(value);
  return text === "" ? null : text;
}

export function compileKey(def: KeyDef, names: Names, problems: Problems): KeyMaker {
  const parts = keyParts(def, problems).map((part): Getter | string => {
    if ("text" in part) return part.text;
    const named = names.resolve(part.name);
    if (named === null)
      problems.unknown(def.at, "the key names no column, field or row:", part.name, names.known());
    return named?.get ?? (() => null);
  });
  const joined = def.kind === "names";
  const [only] = parts;
  if (parts.length === 1 && typeof only === "function") return (scope) => readPart(scope, only);
  if (joined) return joiner(parts as readonly Getter[]);
  return filler(parts);
}

/** Every part of a joined key has to be there. */
function joiner(parts: readonly Getter[]): KeyMaker {
  return (scope) => {
    const texts: string[] = [];
    for (const part of parts) {
      const text = readPart(scope, part);
      if (text === null) return null;
      texts.push(text);
    }
    return texts.length === 0 ? null : joinKey(texts);
  };
}

/** As in the step `template`, a name that is null is replaced by nothing, and one at least must not be null. */
function filler(parts: readonly (Getter | string)[]): KeyMaker {
  return (scope) => {
    let key = "";
    let any = false;
    for (const part of parts) {
      const text = typeof part === "string" ? part : readPart(scope, part);
      if (text === null) continue;
      any ||= typeof part !== "string";
      key += text;
    }
    return any ? key : null;
  };
}
