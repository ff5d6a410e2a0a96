import { suggest, type Position, type Problem } from "@cutover/model";

/** Collects what lint finds. */
export class Linter {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];

  problem(at: Position, message: string, remedy?: string): void {
    this.problems.push({ message, at, remedy });
  }

  warning(at: Position, message: string, remedy?: string): void {
    this.warnings.push({ message, at, remedy });
  }

  /** Complains of a name that is none of the valid ones; says whether it is. */
  expect(name: string, valid: Iterable<string>, at: Position, owner: string): boolean {
    const names = [...valid];
    if (names.includes(name)) return true;
    this.problem(at, `${owner} has no \`${name}\``, suggest(name, names));
    return false;
  }
}
