import { canonicalJson } from "@cutover/model";
import type { CompileContext, Compiled, InboundExampleDef, SystemDef } from "../definition.js";
import { parametersOf, type LoadedSystem } from "../load.js";
import { parseSystemFiles } from "../parse/index.js";
import { steps } from "../steps/index.js";
import type { Coverage } from "./coverage.js";

/** The definition an example is run by: the system's own, or one with the example's parameters. */
function definitionFor(
  { definition, loadedBy }: LoadedSystem,
  { parameters }: Pick<InboundExampleDef, "parameters">,
): SystemDef {
  if (Object.keys(parameters).length === 0) return definition;
  const own = parseSystemFiles({ ...loadedBy, parameters: { ...loadedBy.parameters, ...parameters } }, steps);
  return own.system !== null && own.problems.length === 0 ? own.system : definition;
}

/** Compiles a mapping once for each set of parameters its examples have. */
export function compilerOf<D extends { readonly name: string }, M>(
  system: LoadedSystem,
  find: (definition: SystemDef) => readonly D[],
  compile: (def: D, context: CompileContext) => Compiled<M>,
  coverage: Coverage,
) {
  const compiled = new Map<
    string,
    { readonly def: D; readonly mapping: M; readonly definition: SystemDef }
  >();
  return (name: string, example: Pick<InboundExampleDef, "parameters">) => {
    const id = canonicalJson(example.parameters);
    let found = compiled.get(id);
    if (found === undefined) {
      const definition = definitionFor(system, example);
      const def = find(definition).find((other) => other.name === name);
      const parameters = parametersOf(definition);
      const mapping =
        def === undefined ? null : compile(def, { system: definition, parameters, trace: coverage }).mapping;
      if (def === undefined || mapping === null)
        throw new TypeError(`${name} was loaded, and does not compile`);
      found = { def, mapping, definition };
      compiled.set(id, found);
    }
    return found;
  };
}
