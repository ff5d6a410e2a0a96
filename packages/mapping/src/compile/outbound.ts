import type { OutboundMapping } from "../contract.js";
import type { CompileContext, Compiled, OutboundDef } from "../definition.js";

// Placeholder so that inbound mappings can be used meanwhile; the compiler of outbound mappings replaces it.
export const compileOutbound = (_def: OutboundDef, _context: CompileContext): Compiled<OutboundMapping> => ({
  mapping: null,
  problems: [],
});
