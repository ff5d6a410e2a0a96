import type { EntityName, Position } from "@cutover/model";
import type { Outgoing } from "../contract.js";
import type { OutboundExampleDef } from "../definition.js";
import type { LoadedSystem } from "../load.js";
import { outgoing } from "./run-outbound.js";

/** An example of an outbound mapping that says what is written: neither excluded nor flagged. */
export interface OutboundExample {
  readonly mapping: string;
  readonly entity: EntityName;
  readonly name: string;
  readonly at: Position;
  /** Parameters that differ for this example. */
  readonly parameters: OutboundExampleDef["parameters"];
  /** The record it gives; its references are the target's keys. */
  readonly out: Outgoing;
}

/** The examples of a system's outbound mappings that end as rows of the target, in declared order. */
export const outboundExamples = ({ definition }: LoadedSystem): readonly OutboundExample[] =>
  definition.outbound.flatMap((def) =>
    def.examples
      .filter(({ excluded, issues }) => excluded === null && (issues ?? []).length === 0)
      .map((example) => ({
        mapping: def.name,
        entity: def.entity,
        name: example.name,
        at: example.at,
        parameters: example.parameters,
        out: outgoing(def, example),
      })),
  );
