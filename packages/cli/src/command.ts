import type { Streams } from "./output/streams.js";

/** An option of a command, as data: help, parsing and the reference page are made from it. */
interface OptionOf {
  /** `--limit <n>` as commander writes it. */
  readonly flags: string;
  readonly doc: string;
  readonly default?: string | boolean;
  readonly choices?: readonly string[];
}

export interface ArgumentOf {
  /** `[folder]` or `<mapping>`. */
  readonly name: string;
  readonly doc: string;
}

export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** What a command is given. */
export interface Call {
  /** Positional arguments in declared order; undefined where left out. */
  readonly args: readonly (string | undefined)[];
  readonly options: Values;
  readonly streams: Streams;
  /** Aborted by Ctrl-C: stop cleanly. */
  readonly signal: AbortSignal;
}

/** What a command ended with: one exit status, the same content for people and for machines. */
export interface Outcome {
  readonly status: number;
  readonly json: unknown;
  readonly text: string;
}

export interface Command {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** The administrator's duty it serves. */
  readonly duty: string | null;
  readonly args: readonly ArgumentOf[];
  readonly options: readonly OptionOf[];
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Loaded only when the command is called. */
  readonly load: () => Promise<(call: Call) => Promise<Outcome>>;
}

/** The migration folder argument that most commands take. */
export const folderArgument: ArgumentOf = {
  name: "[folder]",
  doc: "The migration folder (default: this one).",
};
