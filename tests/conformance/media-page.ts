import { extractorBehaviours } from "./extractor/behaviours.js";
import { loaderBehaviours } from "./loader/behaviours.js";
import { media } from "./media.js";
import type { Waiver } from "./suite.js";

interface Declared {
  readonly name: string;
  readonly waivers: readonly Waiver<string>[];
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

/** Numbers reasons as they first come up. */
class Reasons {
  readonly #numbers = new Map<string, number>();

  numberOf(reason: string): number {
    const known = this.#numbers.get(reason);
    if (known !== undefined) return known;
    this.#numbers.set(reason, this.#numbers.size + 1);
    return this.#numbers.size;
  }

  list(): string {
    return [...this.#numbers].map(([reason, n]) => `${n}. ${reason}`).join("\n");
  }
}

/** One way of using media: what each says of itself, and which promise it keeps. */
function section<M extends Declared>(
  title: string,
  lead: string,
  list: readonly M[],
  said: Readonly<Record<string, (medium: M) => string>>,
  behaviours: Readonly<Record<string, { readonly promise: string }>>,
): string {
  const reasons = new Reasons();
  const kept = ({ waivers }: M, name: string): string => {
    const waiver = waivers.find(({ behaviour }) => behaviour === name);
    return waiver === undefined ? "yes" : `no (${reasons.numberOf(waiver.because)})`;
  };
  const rows = [
    line(["", ...list.map(({ name }) => name)]),
    `|---|${list.map(() => "---|").join("")}`,
    ...Object.entries(said).map(([what, say]) => line([`*${what}*`, ...list.map(say)])),
    ...Object.entries(behaviours).map(([name, { promise }]) =>
      line([promise, ...list.map((medium) => kept(medium, name))]),
    ),
  ];
  return [`## ${title}`, lead, rows.join("\n"), reasons.list()].join("\n\n");
}

const yesNo = (value: boolean): string => (value ? "yes" : "no");

/** The reference of media: what each can do, as the conformance suites prove it. */
export const mediaPage = (): string =>
  `${[
    "# Media",
    "What systems are read and written through. Each line is proven for each medium by the conformance suites in `tests/conformance`; a *no* is tried as well, and fails the suite on the day it becomes a *yes*.",
    section(
      "Reading",
      "A source, or a target that is read back.",
      media.reading,
      {
        "all extracts see one state": ({ capabilities }) => yesNo(capabilities.snapshot),
        "when the source changes meanwhile": ({ whenChanged }) => whenChanged,
      },
      extractorBehaviours,
    ),
    section(
      "Writing",
      "A target.",
      media.writing,
      {
        "knows its own writes after a crash by": ({ capabilities }) => capabilities.recognizes,
        undo: ({ capabilities }) => capabilities.undo,
        "a batch is whole": ({ capabilities }) => yesNo(capabilities.transactional),
      },
      loaderBehaviours,
    ),
  ].join("\n\n")}\n`;
