import cliProgress from "cli-progress";
import type { Streams } from "./streams.js";

/** How far a piece of work is. `total` is null where it is not known. */
export interface Progress {
  readonly phase: string;
  readonly entity: string | null;
  readonly done: number;
  readonly total: number | null;
}

/** Shows progress: a bar with rate and time left on a terminal, a line now and then elsewhere. */
export class ProgressDisplay {
  readonly #streams: Streams;
  #bar: cliProgress.SingleBar | null = null;
  #name = "";
  #started = 0;
  #told = 0;
  #last: Progress | null = null;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  readonly report = (progress: Progress): void => {
    const name = progress.entity === null ? progress.phase : `${progress.phase} ${progress.entity}`;
    if (name !== this.#name) {
      this.#end();
      this.#name = name;
      this.#started = Date.now();
      this.#told = Date.now();
    }
    this.#last = progress;
    if (this.#streams.live) this.#draw(progress);
    else if (Date.now() - this.#told > 10_000) {
      this.#told = Date.now();
      this.#streams.log(this.#line(progress));
    }
  };

  stop(): void {
    this.#end();
    this.#name = "";
  }

  #rate(progress: Progress): number {
    return progress.done / Math.max(0.001, (Date.now() - this.#started) / 1000);
  }

  #line(progress: Progress): string {
    const of = progress.total === null ? "" : ` of ${progress.total.toLocaleString("en-US")}`;
    return `${this.#name}: ${progress.done.toLocaleString("en-US")}${of}, ${Math.round(this.#rate(progress)).toLocaleString("en-US")}/s`;
  }

  #draw(progress: Progress): void {
    const total = progress.total ?? progress.done;
    this.#bar ??= this.#start(total);
    this.#bar.setTotal(Math.max(total, progress.done));
    this.#bar.update(progress.done, { rate: Math.round(this.#rate(progress)).toLocaleString("en-US") });
  }

  #start(total: number): cliProgress.SingleBar {
    const bar = new cliProgress.SingleBar(
      {
        format: `${this.#name.padEnd(24)} {bar} {percentage}% · {value} of {total} · {rate}/s · {eta_formatted} left`,
        stream: this.#streams.stderr,
        hideCursor: true,
        clearOnComplete: true,
        formatValue: (value, _, type) =>
          type === "value" || type === "total" ? value.toLocaleString("en-US") : String(value),
      },
      cliProgress.Presets.shades_grey,
    );
    bar.start(total, 0, { rate: "0" });
    return bar;
  }

  #end(): void {
    this.#bar?.stop();
    this.#bar = null;
    if (this.#last !== null && Date.now() - this.#started > 1000) this.#streams.log(this.#line(this.#last));
    this.#last = null;
  }
}
