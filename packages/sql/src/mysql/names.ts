import type { FieldPacket } from "mysql2";

/** What mysql2 will not have for a column's name, since it makes program text of names. */
const refused = /^__(?:proto|(?:define|lookup)[GS]etter)__$/;

/** A statement under way, with the options that its rows will be read by. */
interface Command {
  on(event: "fields", listener: (fields: FieldPacket[] | undefined) => void): unknown;
  readonly options?: { disableEval?: boolean };
}

/**
 * Lets columns have any name. Of one that it refuses the driver tells the connection alone, and the
 * statement would wait for ever: such rows are read by its slower way, which knows no program text.
 */
export function takeAnyName(command: unknown): void {
  (command as Command).on("fields", (fields) => {
    const { options } = command as Command;
    if (options !== undefined && fields?.some(({ name }) => refused.test(name)) === true) {
      options.disableEval = true;
    }
  });
}
